import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAboutToken, parseChallenges, wantedClaims, wantsNonce } from '../src/challenge.ts';

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

describe('E45 a nonce is wanted', () => {
  it.each(['DPoP error="use_dpop_nonce"', 'Bearer realm="x", dpop algs="ES256", error=use_dpop_nonce'])(
    'by %s',
    (header) => {
      expect(wantsNonce(header)).toBe(true);
    },
  );

  it.each([undefined, null, '', 'DPoP', 'DPoP error="invalid_token"', 'Bearer error="use_dpop_nonce"'])(
    'not by %o',
    (header) => {
      expect(wantsNonce(header)).toBe(false);
    },
  );
});

describe('E47 claims are wanted', () => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
  const challenge = (value: string) => `Bearer realm="", error="insufficient_claims", claims="${value}"`;

  it.each(['base64', 'base64url'] as const)('as JSON in %s', (encoding) => {
    expect(wantedClaims(challenge(Buffer.from(claims).toString(encoding)))).toBe(claims);
    expect(wantedClaims(`Basic realm="x", ${challenge(Buffer.from(claims).toString(encoding))}`)).toBe(claims);
  });

  it.each([
    ['no header', undefined],
    ['another error', `Bearer error="invalid_token", claims="${btoa(claims)}"`],
    ['no claims', 'Bearer error="insufficient_claims"'],
    ['what is no Base64', challenge('{}')],
    ['what is no JSON', challenge(btoa('claims'))],
    ['a list', challenge(btoa('[]'))],
  ])('not by %s', (_title, header) => {
    expect(wantedClaims(header)).toBeUndefined();
  });
});
