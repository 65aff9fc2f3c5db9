import { exposedSecrets, manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, exportJWK, jwtVerify } from 'jose';
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { DpopOptions } from '../../src/options/options.ts';
import { Nonces } from '../../src/nonces.ts';
import { Dpop } from '../../src/token-endpoint/dpop.ts';
import { failureOf } from './asking.ts';

/** A client that asks for bound tokens, and a server that gives them. */
async function startBound(dpop: true | DpopOptions = true) {
  const server = await startAuthorizationServer();
  const clock = manualClock();
  let count = 0;
  server.respondWith(({ headers }) =>
    headers['dpop'] === undefined
      ? { status: 400, body: { error: 'invalid_dpop_proof' } }
      : { status: 200, body: { access_token: `token-${(count += 1)}`, token_type: 'DPoP', expires_in: 60 } },
  );
  const { tokenEndpoint } = server;
  const auth = createOutboundAuth({
    clients: {
      billing: {
        tokenEndpoint: `${tokenEndpoint}?tenant=seven`,
        clientId: 'orders',
        clientSecret: 's',
        dpop,
        attachTo: ['https://api.example'],
      },
    },
    clock,
  });
  onTestFinished(async () => {
    await auth.close();
    await server.close();
  });
  const client = auth.client('billing');
  let scopes = 0;
  return {
    server,
    clock,
    /** A new token. */
    ask: () => client.getAccessToken({ scope: `scope-${(scopes += 1)}` }),
    proofs: () => server.requests.map(({ headers }) => headers['dpop'] ?? ''),
  };
}

const verify = (proof: string | undefined, now: number) =>
  jwtVerify(proof ?? '', EmbeddedJWK, { typ: 'dpop+jwt', currentDate: new Date(now), maxTokenAge: 10 });

const thumbprintIn = (proof: string | undefined) =>
  calculateJwkThumbprint(decodeProtectedHeader(proof ?? '').jwk ?? { kty: 'none' });

const thumbprintOf = async (key: KeyObject) => calculateJwkThumbprint(await exportJWK(createPublicKey(key)));

const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve }).privateKey;
const api = 'https://api.example/v2/invoices';

describe('the proof of a token request', () => {
  it('says which request it is for, when, and by which key, and nothing more', async () => {
    const { server, clock, ask, proofs } = await startBound();
    await ask();
    const { protectedHeader, payload } = await verify(proofs()[0], clock.now());
    const { jwk, ...header } = protectedHeader;
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' });
    expect(Object.keys(jwk ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    const { jti, ...claims } = payload;
    expect(jti).toMatch(/^[\w-]{36}$/);
    expect(claims).toEqual({ htm: 'POST', htu: server.tokenEndpoint, iat: clock.now() / 1_000 - 5 });
  });

  it('is another for each, by one key', async () => {
    const { ask, proofs } = await startBound();
    await ask();
    await ask();
    const [one, other] = proofs().map((proof) => decodeJwt(proof).jti);
    expect(one).not.toBe(other);
    expect(new Set(await Promise.all(proofs().map(thumbprintIn))).size).toBe(1);
  });
});

describe('the proof of a call', () => {
  it('holds the token’s hash, and the address without query, fragment and user info', async () => {
    const { clock, ask } = await startBound();
    const token = await ask();
    expect(token).toMatchObject({ tokenType: 'DPoP', authorization: 'DPoP token-1' });
    const proof = await token.proof('PATCH', 'https://u:p@API.example:443/v2/a%2Fb?q=1#there');
    const { payload } = await verify(proof, clock.now());
    expect(payload).toMatchObject({
      htm: 'PATCH',
      htu: 'https://api.example/v2/a%2Fb',
      ath: createHash('sha256').update('token-1').digest('base64url'),
      iat: clock.now() / 1_000 - 5,
    });
  });

  it('holds the hash of the very token, where two that are proved alike are sent by turns', async () => {
    const prove = await new Dpop({
      key: undefined,
      algorithm: undefined,
      allowBearer: false,
      nonces: new Nonces(),
      clock: manualClock(),
    }).next({ value: () => Promise.reject(new Error('there is no key to read')) });
    for (const token of ['one', 'other', 'other', 'one']) {
      const { ath } = decodeJwt(await prove('GET', new URL(api), token));
      expect(ath).toBe(createHash('sha256').update(token).digest('base64url'));
    }
  });

  it('is another for each', async () => {
    const { ask } = await startBound();
    const token = await ask();
    const [one, other] = [await token.proof('GET', api), await token.proof('GET', api)];
    expect(decodeJwt(one ?? '').jti).not.toBe(decodeJwt(other ?? '').jti);
  });
});

describe('a key', () => {
  // Slow to make, so once for all.
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const cryptoKey = (key: KeyObject) =>
    webcrypto.subtle.importKey(
      'pkcs8',
      key.export({ type: 'pkcs8', format: 'der' }),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    );

  it.each([
    ['PEM', pem],
    ['a JWK', (key: KeyObject) => key.export({ format: 'jwk' })],
    ['a KeyObject', (key: KeyObject) => key],
    ['a CryptoKey that cannot be extracted', cryptoKey],
    ['a function of one', (key: KeyObject) => () => Promise.resolve(pem(key))],
  ])('as %s is the one that proves, and its private half stays here', async (_title, written) => {
    const key = ec();
    const { clock, ask, proofs } = await startBound({ key: await written(key) });
    const token = await ask();
    for (const proof of [proofs()[0], await token.proof('GET', api)]) {
      await verify(proof, clock.now());
      expect(await thumbprintIn(proof)).toBe(await thumbprintOf(key));
      expect(decodeProtectedHeader(proof ?? '').jwk).not.toHaveProperty('d');
    }
  });

  it.each([
    ['EC P-384', () => ec('P-384'), 'ES384', undefined],
    ['EC P-521', () => ec('P-521'), 'ES512', undefined],
    ['RSA', () => rsa, 'RS256', undefined],
    ['RSA', () => rsa, 'PS384', 'PS384' as const],
    ['Ed25519', () => generateKeyPairSync('ed25519').privateKey, 'EdDSA', undefined],
    ['Ed25519', () => generateKeyPairSync('ed25519').privateKey, 'Ed25519', 'Ed25519' as const],
  ])('of the type %s proves by %s', async (_type, make, expected, algorithm) => {
    const { clock, ask, proofs } = await startBound({ key: make(), algorithm });
    await ask();
    expect((await verify(proofs()[0], clock.now())).protectedHeader.alg).toBe(expected);
  });

  it('that a function gives is asked for with each token, which keeps the key it was bound to', async () => {
    const keys = [ec(), ec()];
    let asked = 0;
    const { ask, proofs } = await startBound({ key: () => keys[asked++] ?? '' });
    const tokens = [await ask(), await ask()];
    const expected = await Promise.all(keys.map(thumbprintOf));
    expect(await Promise.all(proofs().map(thumbprintIn))).toEqual(expected);
    const calls = await Promise.all(tokens.map((token) => token.proof('GET', api)));
    expect(await Promise.all(calls.map(thumbprintIn))).toEqual(expected);
    expect(asked).toBe(2);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    ['gives no key', () => 'not-a-key-but-secret', 'must be a private key'],
    ['gives a public key', () => createPublicKey(ec()), 'is a public key'],
    ['gives a key for something else', () => generateKeyPairSync('x25519').privateKey, 'must be a private key'],
  ])('E50 E25 whose function %s is unavailable, and nothing is sent', async (_title, key, reason) => {
    const { server, ask } = await startBound({ key });
    const error = await failureOf(ask());
    expect(error.code).toBe('credential_unavailable');
    expect(error.message).toContain(reason);
    expect(exposedSecrets(error, ['not-a-key-but-secret'])).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });
});

describe('a nonce', () => {
  const nonces = (proofs: readonly string[]) => proofs.map((proof) => decodeJwt(proof)['nonce']);
  const wanting = (status: number, nonce: string) => ({
    status,
    headers: { 'dpop-nonce': nonce },
    body: { error: 'use_dpop_nonce' },
  });

  it.each([400, 401])('that a %d asks for is in the next proof, at once and from then on', async (status) => {
    const { server, ask, proofs } = await startBound();
    server.respondOnce(wanting(status, 'nonce-1'));
    await ask();
    await ask();
    expect(nonces(proofs())).toEqual([undefined, 'nonce-1', 'nonce-1']);
    expect(new Set(proofs().map((proof) => decodeJwt(proof).jti)).size).toBe(3);
  });

  it('that a challenge alone asks for is given too', async () => {
    const { server, ask, proofs } = await startBound();
    const headers = { 'dpop-nonce': 'nonce-1', 'www-authenticate': 'DPoP error="use_dpop_nonce"' };
    server.respondOnce({ status: 401, headers });
    await ask();
    expect(nonces(proofs())).toEqual([undefined, 'nonce-1']);
  });

  it('that came with a token is in the next proof', async () => {
    const { server, ask, proofs } = await startBound();
    const body = { access_token: 'a', token_type: 'DPoP' };
    server.respondOnce({ status: 200, headers: { 'dpop-nonce': 'nonce-1' }, body });
    await ask();
    await ask();
    expect(nonces(proofs())).toEqual([undefined, 'nonce-1']);
  });

  it('that is never good enough is given once', async () => {
    const { server, ask, proofs } = await startBound();
    let count = 0;
    server.respondWith(() => wanting(400, `nonce-${(count += 1)}`));
    expect((await failureOf(ask())).message).toMatch(
      /answered 400 \(use_dpop_nonce\)\. Check dpop \(its key and algorithm\) and this host’s clock: the server does not take the proof$/,
    );
    expect(nonces(proofs())).toEqual([undefined, 'nonce-1']);
  });

  it('is for the origin alone that gave it', async () => {
    const { server, ask } = await startBound();
    server.respondOnce(wanting(400, 'nonce-1'));
    const token = await ask();
    const nonceFor = async (url: string) => decodeJwt((await token.proof('GET', url)) ?? '')['nonce'];
    expect(await nonceFor(api)).toBeUndefined();
    expect(await nonceFor(server.issuer)).toBe('nonce-1');
  });
});

it('a proof that the server does not take has its remedy', async () => {
  const { server, ask } = await startBound();
  server.respondOnce({ status: 400, body: { error: 'invalid_dpop_proof' } });
  expect((await failureOf(ask())).message).toContain('Check dpop (its key and algorithm) and this host’s clock');
  expect(server.requests).toHaveLength(1);
});
