import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyPart, lengthPrefixed, tokenKey } from '../../src/tokens/token-key.ts';

const part: fc.Arbitrary<KeyPart> = fc.tuple(fc.string(), fc.string());

describe('row "key": the key of a token', () => {
  it('E09 is the same for the same parts in another order', () => {
    fc.assert(
      fc.property(
        fc
          .array(part)
          .chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length }))),
        ([parts, shuffled]) => {
          expect(tokenKey(shuffled)).toBe(tokenKey(parts));
        },
      ),
    );
  });

  it('E08 differs where the parts differ', () => {
    const canonical = (parts: KeyPart[]) => JSON.stringify(parts.map((item) => JSON.stringify(item)).sort());
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (one, other) => {
        expect(tokenKey(one) === tokenKey(other)).toBe(canonical(one) === canonical(other));
      }),
    );
  });

  it('E09 cannot be confused by adjacent fields', () => {
    expect(tokenKey([['a', 'bc']])).not.toBe(tokenKey([['ab', 'c']]));
    expect(tokenKey([['scope', 'a1:b']])).not.toBe(
      tokenKey([
        ['scope', 'a'],
        ['scope', 'b'],
      ]),
    );
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, other) => {
        expect(lengthPrefixed(...one) === lengthPrefixed(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('is a SHA-256 digest: nothing of the parts can be read in it', () => {
    expect(tokenKey([['subject', 'alice']])).toMatch(/^[\w-]{43}$/);
  });
});
