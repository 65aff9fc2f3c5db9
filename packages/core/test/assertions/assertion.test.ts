import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AssertionOptions, readAssertionOptions, signAssertion } from '../../src/assertions/assertion.ts';
import { signingKey } from '../../src/assertions/signing-key.ts';
import { optionsOf } from '../../src/option-reader.ts';
import type { TokenRequestDraft } from '../../src/token-endpoint/draft.ts';
import { draftOf } from '../draft.ts';
import { problemsOf } from '../problems-of.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { keys } from './keys.ts';

const signature = signingKey(keys.p256.privateKey);
const billing = { issuer: 'billing', subject: 'orders' };

const sign = (options: AssertionOptions = {}, draft: Partial<TokenRequestDraft> = {}, claims = {}) =>
  signAssertion(draftOf(draft), { ...billing, ...claims }, signature, options);

const audienceOf = async (options: AssertionOptions, issuer?: string) => decodeJwt(await sign(options, { issuer })).aud;

describe('an assertion', () => {
  it('says who about whom to whom, for a minute, and allows for a server whose clock is late', async () => {
    const { jti, ...claims } = decodeJwt(await sign({}, { now: () => 1_700_000_000_999 }));
    expect(claims).toEqual({
      iss: 'billing',
      sub: 'orders',
      aud: 'https://idp.example',
      iat: 1_699_999_995,
      nbf: 1_699_999_995,
      exp: 1_700_000_060,
    });
    expect(jti).toMatch(/^[\da-f-]{36}$/);
  });

  it('lasts as long as is said, to the second', async () => {
    expect(decodeJwt(await sign({ expiresIn: 300 })).exp).toBe(1_700_000_300);
    expect(decodeJwt(await sign({ expiresIn: 1.5 })).exp).toBe(1_700_000_001);
  });

  it('E28 has a jti of its own each time', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => decodeJwt(await sign()).jti));
    expect(new Set(ids).size).toBe(20);
  });

  it.each<[string, AssertionOptions, string | undefined, string]>([
    ['the issuer', {}, 'https://idp.example', 'https://idp.example'],
    ['the token endpoint where no issuer is known', {}, undefined, 'https://idp.example/token'],
    ['the issuer by option', { audience: 'issuer' }, 'https://idp.example', 'https://idp.example'],
    [
      'the token endpoint by option',
      { audience: 'token-endpoint' },
      'https://idp.example',
      'https://idp.example/token',
    ],
    ['any text', { audience: 'urn:idp' }, 'https://idp.example', 'urn:idp'],
  ])('E28 is meant for %s, as one text', async (_for, options, issuer, audience) => {
    expect(await audienceOf(options, issuer)).toBe(audience);
  });

  it('has a type and an algorithm, and nothing that was not asked for', async () => {
    expect(decodeProtectedHeader(await sign())).toEqual({ typ: 'JWT', alg: 'ES256' });
  });

  it('names its key: as the options do, or else as its JWK', async () => {
    const named = { ...signature, keyId: 'of-the-jwk' };
    const kid = async (options: AssertionOptions) =>
      decodeProtectedHeader(await signAssertion(draftOf(), billing, named, options)).kid;
    expect([await kid({}), await kid({ keyId: 'by-option' })]).toEqual(['of-the-jwk', 'by-option']);
  });

  it('shows the thumbprint of its certificate, which a function may give', async () => {
    const { client } = await makeCertificates();
    const key = signingKey(client.key);
    for (const certificate of [client.cert, () => client.cert, async () => Promise.resolve(Buffer.from(client.cert))]) {
      expect(decodeProtectedHeader(await signAssertion(draftOf(), billing, key, { certificate }))).toEqual({
        typ: 'JWT',
        alg: 'RS256',
        'x5t#S256': client.thumbprint,
      });
    }
  });

  it('may say more, but not in place of what it must say', async () => {
    const claims = decodeJwt(await sign({}, {}, { further: { scope: 'read', iss: 'another', jti: 'once', exp: 1 } }));
    expect(claims).toMatchObject({ scope: 'read', iss: 'billing', exp: 1_700_000_060 });
    expect(claims.jti).not.toBe('once');
  });
});

it('The options of an assertion are checked when they are given', () => {
  const read = (given: object) => problemsOf(() => optionsOf('f({ … })', given, readAssertionOptions));
  expect(
    read({ audience: '', expiresIn: '60', keyId: 7, certificate: 'rubbish', kid: 'billing-1', keyID: 'a' }),
  ).toEqual([
    'f({ expiresIn }): must be a number from 1 to 1000000 (seconds), not a text',
    'f({ audience }): must be a text that is not empty, not an empty text',
    'f({ keyId }): must be a text that is not empty, not a number',
    'f({ certificate }): must be a certificate, PEM or DER; or a function that gives one',
    'f({ kid }): is no option; did you mean keyId?',
    'f({ keyID }): is no option; did you mean keyId?',
  ]);
  for (const audience of ['tokenEndpoint', 'token_endpoint', 'Token Endpoint', 'TOKEN-ENDPOINT']) {
    expect(read({ audience })).toEqual(["f({ audience }): must be written 'token-endpoint'"]);
  }
  for (const audience of ['Issuer', 'ISSUER']) {
    expect(read({ audience })).toEqual(["f({ audience }): must be written 'issuer'"]);
  }
  for (const audience of ['issuer', 'token-endpoint', 'https://idp.example/token-endpoint', '…']) {
    expect(read({ audience })).toEqual([]);
  }
  for (const expiresIn of [0, -60, Number.NaN, Infinity]) expect(read({ expiresIn })).toHaveLength(1);
});
