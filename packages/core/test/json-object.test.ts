import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../src/json-object.ts';

describe('a JSON object', () => {
  it('gives its members, whatever their names', () => {
    const members = parseJsonObject('{"a":1,"__proto__":{"b":2},"toString":3}');
    expect([...(members ?? [])]).toEqual([
      ['a', 1],
      ['__proto__', { b: 2 }],
      ['toString', 3],
    ]);
    expect(members?.get('constructor')).toBeUndefined();
  });

  it.each(['', 'null', '[]', '"a"', '1', 'true', '{', '<html>', 'undefined'])('is not %j', (text) => {
    expect(parseJsonObject(text)).toBeUndefined();
  });
});
