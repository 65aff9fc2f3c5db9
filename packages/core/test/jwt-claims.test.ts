import fc from 'fast-check';
import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { jwtClaims, numericClaim } from '../src/jwt-claims.ts';
import { anyText } from './any-text.ts';

const jwtOf = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`;

describe('the claims of a JWT', () => {
  it('are read without a key', () => {
    const claims = { sub: 'ü-🗼', exp: 1_700_000_000, scope: ['a'], nested: { a: null } };
    expect(jwtClaims(new UnsecuredJWT(claims).encode())).toEqual(claims);
    expect(jwtClaims(jwtOf(JSON.stringify(claims)))).toEqual(claims);
  });

  it.each([
    '',
    'opaque',
    'a.b',
    'e30.e30',
    '..',
    'a.b.c',
    jwtOf(''),
    jwtOf('[]'),
    jwtOf('null'),
    jwtOf('"a"'),
    jwtOf('{'),
  ])('are none in %j', (token) => {
    expect(jwtClaims(token)).toBeUndefined();
  });

  it('are none that were not said', () => {
    const claims = jwtClaims(jwtOf('{"__proto__":{"exp":1},"constructor":1}'));
    expect(Object.keys(claims ?? {})).toEqual(['__proto__', 'constructor']);
    expect(numericClaim(claims, 'exp')).toBeUndefined();
  });

  it('are read from any text without a throw', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (one, other) => {
        jwtClaims(one);
        expect(jwtClaims(`${one}.${other}`) ?? {}).toBeTypeOf('object');
        jwtClaims(`a.${one}.${other}`);
      }),
    );
  });
});

describe('a claim in seconds', () => {
  it.each([
    ['1700000000', 1_700_000_000],
    ['0', 0],
    ['-1.5', -1.5],
    ['1e999', undefined],
    ['-1e999', undefined],
    ['"1700000000"', undefined],
    ['null', undefined],
    ['true', undefined],
  ])('of %s is %o', (json, expected) => {
    expect(numericClaim(jwtClaims(jwtOf(`{"exp":${json}}`)), 'exp')).toBe(expected);
  });

  it('is none where there are no claims', () => {
    expect(numericClaim(undefined, 'exp')).toBeUndefined();
    expect(numericClaim({}, 'toString')).toBeUndefined();
  });
});
