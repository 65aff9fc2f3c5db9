import { describe, expect, it } from 'vitest';
import { exposedSecrets } from '../src/index.ts';

const secret = 'a"b c:d+é';

describe('exposedSecrets', () => {
  it.each<[string, unknown]>([
    ['a text', `refused: ${secret}`],
    ['a message', new Error(secret)],
    ['a cause far down', new Error('a', { cause: new Error('b', { cause: { detail: [secret] } }) })],
    ['one of several errors', new AggregateError([new Error(secret)], 'all failed')],
    ['a hidden member', Object.defineProperty({}, 'hidden', { value: secret })],
    ['a member named by a symbol', { [Symbol('s')]: { deep: secret } }],
    ['the name of a member', { [secret]: 1 }],
    ['a getter', Object.defineProperty({}, 'late', { get: () => secret })],
    ['toJSON', { toJSON: () => secret }],
    ['toString', { toString: () => secret }],
    ['a map', new Map([['key', { secret }]])],
    ['bytes', { bytes: Buffer.from('in Latin: a"b') }],
    ['URL encoding', encodeURIComponent(secret)],
    ['form encoding', String(new URLSearchParams({ secret }))],
    ['JSON', JSON.stringify({ secret })],
    ['Base64', Buffer.from(secret).toString('base64')],
  ])('finds a secret in %s', (where, value) => {
    const wanted = where === 'bytes' ? 'a"b' : secret;
    expect(exposedSecrets(value, ['not there', wanted])).toEqual([wanted]);
  });

  it('comes to an end with members that go in circles or throw', () => {
    const value: Record<string, unknown> = {
      get broken() {
        throw new Error('no');
      },
      toJSON() {
        throw new Error('no');
      },
    };
    value['self'] = value;
    expect(exposedSecrets(new Error('clean', { cause: value }), [secret])).toEqual([]);
  });

  it('refuses an empty secret', () => {
    expect(() => exposedSecrets({}, [''])).toThrow('secrets: an empty text is found in everything');
  });
});
