import { exposedSecrets, type RecordedRequest } from '@outbound-auth/testing';
import type { KeyObject, webcrypto } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { privateKeyJwt, type PrivateKeyJwtOptions } from '../../src/client-authentication/private-key-jwt.ts';
import type { PrivateKey, PrivateKeySource } from '../../src/assertions/signing-key.ts';
import { Nonces } from '../../src/nonces.ts';
import { lazyProofKeys } from '../../src/token-endpoint/proof-keys.ts';
import { cryptoKeys, keys, pemOf, rsaParameters } from '../assertions/keys.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { startAsking } from '../token-endpoint/asking.ts';

const { rsa, p256, p384, p521, ed25519 } = keys;

const startWith = (key: PrivateKeySource, options?: PrivateKeyJwtOptions) =>
  startAsking(({ issuer }) => ({ issuer, authenticate: privateKeyJwt(key, options) }));

const assertionOf = (request: RecordedRequest | undefined) => request?.parameters.get('client_assertion') ?? '';

type Asking = Awaited<ReturnType<typeof startAsking>>;

/** What an authorization server would make of a request's assertion. */
async function verified(
  request: RecordedRequest | undefined,
  key: KeyObject | webcrypto.CryptoKey,
  { server, clock }: Pick<Asking, 'server' | 'clock'>,
): Promise<{ payload: JWTPayload; algorithm: string }> {
  const { payload, protectedHeader } = await jwtVerify(assertionOf(request), key, {
    issuer: 'orders',
    subject: 'orders',
    audience: server.issuer,
    typ: 'JWT',
    maxTokenAge: 60,
    currentDate: new Date(clock.now()),
  });
  return { payload, algorithm: protectedHeader.alg };
}

describe('a JWT signed by a private key', () => {
  it('says who the client is, beside its identifier', async () => {
    const asking = await startWith(rsa.privateKey);
    await asking.ask();
    const [request] = asking.server.requests;
    expect(Object.fromEntries(request?.parameters ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'orders',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertionOf(request),
    });
    expect(request?.headers).not.toHaveProperty('authorization');
    const { payload } = await verified(request, rsa.publicKey, asking);
    const now = asking.clock.now() / 1_000;
    expect(payload).toMatchObject({ aud: asking.server.issuer, iat: now - 5, nbf: now - 5, exp: now + 60 });
  });

  it.each<[string, PrivateKey, KeyObject, PrivateKeyJwtOptions['algorithm'], string]>([
    ['PEM, PKCS #8', pemOf(rsa.privateKey), rsa.publicKey, undefined, 'RS256'],
    ['PEM, PKCS #1', String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })), rsa.publicKey, 'RS384', 'RS384'],
    ['PEM, SEC 1', String(p256.privateKey.export({ type: 'sec1', format: 'pem' })), p256.publicKey, undefined, 'ES256'],
    ['PEM, Ed25519', pemOf(ed25519.privateKey), ed25519.publicKey, undefined, 'EdDSA'],
    ['KeyObject', rsa.privateKey, rsa.publicKey, 'RS512', 'RS512'],
    ['KeyObject', rsa.privateKey, rsa.publicKey, 'PS256', 'PS256'],
    ['KeyObject', rsa.privateKey, rsa.publicKey, 'PS384', 'PS384'],
    ['KeyObject', rsa.privateKey, rsa.publicKey, 'PS512', 'PS512'],
    ['KeyObject', p384.privateKey, p384.publicKey, undefined, 'ES384'],
    ['KeyObject', p521.privateKey, p521.publicKey, undefined, 'ES512'],
    ['KeyObject', ed25519.privateKey, ed25519.publicKey, 'Ed25519', 'Ed25519'],
    ['JWK', rsa.privateKey.export({ format: 'jwk' }), rsa.publicKey, undefined, 'RS256'],
    ['JWK', { ...rsa.privateKey.export({ format: 'jwk' }), alg: 'PS512' }, rsa.publicKey, undefined, 'PS512'],
    ['JWK', { ...p256.privateKey.export({ format: 'jwk' }), use: 'sig' }, p256.publicKey, undefined, 'ES256'],
  ])('given as %s is good with its public key', async (_form, key, publicKey, algorithm, expected) => {
    const asking = await startWith(key, { algorithm });
    await asking.ask();
    expect((await verified(asking.server.requests[0], publicKey, asking)).algorithm).toBe(expected);
  });

  it.each([
    [rsaParameters('RSASSA-PKCS1-v1_5', 'SHA-384'), 'RS384', false],
    [rsaParameters('RSA-PSS', 'SHA-256'), 'PS256', true],
    [{ name: 'ECDSA', namedCurve: 'P-384' } as const, 'ES384', false],
    [{ name: 'Ed25519' } as const, 'EdDSA', false],
  ])('given as CryptoKey is good too: %o', async (parameters, expected, extractable) => {
    const { privateKey, publicKey } = await cryptoKeys(parameters, extractable);
    const asking = await startWith(privateKey);
    await asking.ask();
    expect((await verified(asking.server.requests[0], publicKey, asking)).algorithm).toBe(expected);
  });

  it.each<[string, () => PrivateKey | Promise<PrivateKey>]>([
    ['a function', () => pemOf(p256.privateKey)],
    [
      'an async function',
      async () => Promise.resolve({ ...p256.privateKey.export({ format: 'jwk' }), kid: 'billing-1' }),
    ],
  ])('has its key from %s', async (_from, key) => {
    const asking = await startWith(key);
    await asking.ask();
    expect((await verified(asking.server.requests[0], p256.publicKey, asking)).algorithm).toBe('ES256');
  });

  it('has the header that its options ask for', async () => {
    const { client } = await makeCertificates();
    const { server, ask } = await startWith(client.key, { keyId: 'billing-1', certificate: client.cert });
    await ask();
    expect(decodeProtectedHeader(assertionOf(server.requests[0]))).toEqual({
      typ: 'JWT',
      alg: 'RS256',
      kid: 'billing-1',
      'x5t#S256': client.thumbprint,
    });
  });

  it.each<[PrivateKeyJwtOptions['audience'], (asking: Asking) => string]>([
    [undefined, ({ server }) => server.issuer],
    ['issuer', ({ server }) => server.issuer],
    ['token-endpoint', ({ server }) => server.tokenEndpoint],
    ['urn:idp', () => 'urn:idp'],
  ])('E28 with the audience %o is meant for it alone', async (audience, expected) => {
    const asking = await startWith(p256.privateKey, { audience });
    await asking.ask();
    const { payload } = await jwtVerify(assertionOf(asking.server.requests[0]), p256.publicKey, {
      currentDate: new Date(asking.clock.now()),
    });
    expect(payload.aud).toBe(expected(asking));
  });

  it('E28 is meant for the token endpoint where no issuer is known', async () => {
    const { server, clock, ask } = await startAsking(() => ({ authenticate: privateKeyJwt(p256.privateKey) }));
    await ask();
    const currentDate = new Date(clock.now());
    const { payload } = await jwtVerify(assertionOf(server.requests[0]), p256.publicKey, { currentDate });
    expect(payload.aud).toBe(server.tokenEndpoint);
  });

  it('E28 is another on each request, and on the second attempt of one', async () => {
    const nonces = new Nonces();
    const dpop = { key: undefined, algorithm: undefined, allowBearer: true, nonces, clock: { now: Date.now } };
    const asking = await startAsking(({ issuer }) => ({
      issuer,
      nonces,
      dpop: lazyProofKeys(dpop),
      authenticate: privateKeyJwt(p256.privateKey),
    }));
    const { server, ask } = asking;
    await ask();
    server.respondOnce({ status: 400, headers: { 'dpop-nonce': 'n-1' }, body: { error: 'use_dpop_nonce' } });
    await ask();
    expect(server.requests).toHaveLength(3);
    const claims = await Promise.all(server.requests.map((request) => verified(request, p256.publicKey, asking)));
    expect(new Set(claims.map(({ payload }) => payload.jti)).size).toBe(3);
  });

  it('E27 E28 is signed by a key that has changed, after invalid_client at once, with a jti of its own', async () => {
    let present = pemOf(rsa.privateKey);
    const asking = await startWith(() => present);
    const { server, ask } = asking;
    await ask();
    server.respondOnce({ status: 401, body: { error: 'invalid_client' } });
    const gate = server.hold(1);
    const second = ask();
    await server.waitForRequests(2);
    present = pemOf(ed25519.privateKey);
    gate.release();
    await second;
    const publicKeys = [rsa.publicKey, rsa.publicKey, ed25519.publicKey];
    expect(server.requests).toHaveLength(publicKeys.length);
    const claims = await Promise.all(publicKeys.map((key, index) => verified(server.requests[index], key, asking)));
    expect(new Set(claims.map(({ payload }) => payload.jti)).size).toBe(3);
  });

  it('E27 has the certificate of the key that has changed', async () => {
    const { client, stranger } = await makeCertificates();
    let present: { readonly cert: string; readonly key: string } = client;
    const { server, ask } = await startWith(() => present.key, { certificate: () => present.cert });
    await ask();
    present = stranger;
    await ask();
    expect(server.requests.map((request) => decodeProtectedHeader(assertionOf(request))['x5t#S256'])).toEqual([
      client.thumbprint,
      stranger.thumbprint,
    ]);
  });

  it('E25 holds nothing of its key', async () => {
    const { server, ask } = await startWith(pemOf(p256.privateKey));
    await ask();
    expect(exposedSecrets(server.requests, [p256.privateKey.export({ format: 'jwk' }).d ?? ''])).toEqual([]);
  });
});

describe('a key', () => {
  it('is checked when it is given', () => {
    const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    expect(problemsOf(() => privateKeyJwt(untyped(publicKey)))).toEqual([
      'privateKeyJwt(key): is a public key; give the private key that belongs to it',
    ]);
    expect(problemsOf(() => privateKeyJwt(p256.privateKey, { algorithm: 'RS256' }))).toEqual([
      'privateKeyJwt(key): cannot sign by RS256, but by ES256; name one of these, or give another key',
    ]);
  });

  it('E25 that is refused is not shown, whole or in parts', () => {
    const { d = '', ...rest } = p256.privateKey.export({ format: 'jwk' });
    const half = pemOf(rsa.privateKey).slice(0, 600);
    const lines = half.split('\n').slice(1, -1);
    for (const [key, secrets] of [
      [half, lines],
      [{ ...rest, d, crv: 'P-1' }, [d]],
      [{ ...rest, privateKey: d }, [d]],
    ] as const) {
      try {
        privateKeyJwt(untyped(key));
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_options' });
        expect(exposedSecrets(error, secrets)).toEqual([]);
      }
    }
  });

  it('has options that are checked, too', () => {
    const options = { keyID: 'billing-1', alg: 'ES256', algorithm: 'none', certificate: 'rubbish' };
    expect(problemsOf(() => privateKeyJwt(p256.privateKey, untyped(options)))).toEqual([
      "privateKeyJwt(key, { algorithm }): must be 'ES256' or 'ES384' or 'ES512' or 'RS256' or 'RS384' or 'RS512' or 'PS256' or 'PS384' or 'PS512' or 'EdDSA' or 'Ed25519'",
      'privateKeyJwt(key, { certificate }): must be a certificate, PEM or DER; or a function that gives one',
      'privateKeyJwt(key, { keyID }): is no option; did you mean keyId?',
      'privateKeyJwt(key, { alg }): is no option',
    ]);
  });
});
