import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jwtLifetime } from '../../src/token-endpoint/jwt-lifetime.ts';

const now = 1_000_000;
const encoded = (part: string) => Buffer.from(part).toString('base64url');
const jwt = (payload: string) => `${encoded('{"alg":"RS256"}')}.${encoded(payload)}.signature`;

describe('the lifetime of a JWT', () => {
  it.each([
    ['{"iat":100,"exp":160}', 60_000],
    // No common clock is needed, so ours may stand anywhere.
    ['{"iat":900000,"exp":903600}', 3_600_000],
    ['{"iat":100.5,"exp":101}', 500],
    ['{"iat":160,"exp":100}', -60_000],
    ['{"iat":100,"exp":100}', 0],
  ])('%s is exp − iat', (payload, lifetime) => {
    expect(jwtLifetime(jwt(payload), now)).toBe(lifetime);
  });

  it.each([
    ['{"exp":1060}', 60_000],
    ['{"exp":940}', -60_000],
    ['{"iat":"100","exp":1060}', 60_000],
    ['{"iat":1e999,"exp":1060}', 60_000],
  ])('%s is what is left until exp by our clock', (payload, lifetime) => {
    expect(jwtLifetime(jwt(payload), now)).toBe(lifetime);
  });

  it.each([
    '{}',
    '{"iat":1}',
    '{"exp":"160"}',
    '{"exp":null}',
    '{"exp":1e999}',
    '{"exp":1e999,"iat":1e999}',
    '[]',
    'null',
    '"exp"',
    'no JSON',
    '',
  ])('with the payload %s is not known', (payload) => {
    expect(jwtLifetime(jwt(payload), now)).toBeUndefined();
  });

  it.each(['', 'opaque', 'a.b', `a.${encoded('{"exp":1}')}`, 'a.%%%.c', '..', '.'])('is not that of %j', (token) => {
    expect(jwtLifetime(token, now)).toBeUndefined();
  });

  it('is read from any text without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(jwt)), (token) => {
        const lifetime = jwtLifetime(token, now);
        expect(Number.isNaN(lifetime)).toBe(false);
      }),
    );
  });
});
