import { describe, expect, it } from 'vitest';
import { isOwnHeader } from '../../src/outgoing/own-header.ts';

describe('E23 a header of the caller’s own', () => {
  it.each(['Bearer mine', 'Basic Y2FsbGVyOm93bg==', 'a-key-without-a-scheme', 'Negotiate'])('is %s', (value) => {
    expect(isOwnHeader('authorization', value)).toBe(true);
    expect(isOwnHeader('Authorization', value)).toBe(true);
  });

  it.each([undefined, '', ' ', 'Bearer', 'bearer ', 'DPoP ', 'Basic'])('is not an Authorization of %j', (value) => {
    expect(isOwnHeader('authorization', value)).toBe(false);
    expect(isOwnHeader('Authorization', value)).toBe(false);
  });

  it('is any other that is there, empty ones too', () => {
    expect([isOwnHeader('x-api-key', ''), isOwnHeader('x-api-key', undefined)]).toEqual([true, false]);
  });
});
