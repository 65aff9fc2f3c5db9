import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAboutToken, parseChallenges } from '../src/challenge.ts';

describe('a WWW-Authenticate header', () => {
  it('is read challenge by challenge', () => {
    const header =
      'Negotiate, Basic realm="a, \\"b\\"", Bearer realm=api , error="invalid_token", DPoP algs="ES256 PS256"';
    const read = parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
    expect(read).toEqual([
      ['negotiate', {}],
      ['basic', { realm: 'a, "b"' }],
      ['bearer', { realm: 'api', error: 'invalid_token' }],
      ['dpop', { algs: 'ES256 PS256' }],
    ]);
  });

  it('is read with a token68 after the scheme', () => {
    const header = 'Negotiate oRQwEqADCgEBoQsGCSqGSIb3EgECAg==, Bearer error=invalid_token';
    expect(parseChallenges(header).map(({ scheme }) => scheme)).toEqual(['negotiate', 'bearer']);
  });

  it('never throws nor hangs, whatever stands in it', () => {
    fc.assert(fc.property(fc.string(), (header) => void parseChallenges(header)));
    expect(parseChallenges(`Bearer error="${'\\'.repeat(50_000)}`)).toBeDefined();
    expect(parseChallenges('a '.repeat(50_000))).toBeDefined();
  });
});

describe('a 401 is about the token', () => {
  it.each([
    ['E46 without the header', null],
    ['E46 with an empty one', ' '],
    ['with a bare Bearer', 'Bearer'],
    ['E17 with invalid_token', 'Bearer realm="x", error="invalid_token"'],
    ['with Bearer beside another scheme', 'Basic realm="x", bearer'],
    ['with DPoP', 'DPoP algs="ES256"'],
    ['with both, and the error beside one', 'Bearer, DPoP error="invalid_token", algs="ES256"'],
    ['with an error of another scheme', 'Basic error="insufficient_scope", Bearer'],
  ])('%s', (_what, header) => {
    expect(isAboutToken(header)).toBe(true);
  });

  it.each([
    ['E46 with Basic alone', 'Basic realm="Bearer"'],
    ['E46 with Negotiate alone', 'Negotiate'],
    ['E17 with insufficient_scope', 'Bearer error="insufficient_scope", scope="write"'],
    ['E17 with insufficient_scope beside the second scheme', 'Bearer realm="x", DPoP error="insufficient_scope"'],
    ['E45 with use_dpop_nonce', 'DPoP error="use_dpop_nonce"'],
    ['E45 with use_dpop_nonce beside Bearer', 'Bearer realm="x", DPoP algs="ES256", error="use_dpop_nonce"'],
    ['E47 with insufficient_claims', 'Bearer realm="", error="insufficient_claims", claims="e30="'],
  ])('not %s', (_what, header) => {
    expect(isAboutToken(header)).toBe(false);
  });
});
