import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForToken, type TokenAnswer } from './ask-for-token.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { startOidcProvider, type OidcProviderServer } from './oidc-provider.ts';
import { startVerifyingApi, type VerifyingApi } from './protected-api.ts';
import { tlsFetch } from './tls-fetch.ts';

const resource = 'https://api.example';

describe('tokens bound to a DPoP key', () => {
  let server: OidcProviderServer;
  let api: VerifyingApi;
  let keys: oauth.CryptoKeyPair;
  beforeAll(async () => {
    server = await startOidcProvider({ dpopNonce: true });
    api = await startVerifyingApi(server, { dpopNonce: true });
    keys = await generateKeyPair('ES256', { extractable: true });
  });
  afterAll(async () => {
    await api.close();
    await server.close();
  });

  const ask = (dpop?: oauth.DPoPHandle): Promise<TokenAnswer> => {
    const { clientId, clientSecret } = server.clients.dpop;
    const auth = oauth.ClientSecretBasic(clientSecret);
    return askForToken({ ...server, clientId, auth, params: { resource }, ...(dpop && { dpop }) });
  };

  const getToken = async (): Promise<string> => {
    const dpop = oauth.DPoP({}, keys);
    await ask(dpop);
    return String((await ask(dpop)).body['access_token']);
  };

  /** A proof that is good for this token, but for the changes; without a nonce. */
  const sign = async (accessToken: string, changes: Record<string, unknown> = {}, by = keys): Promise<string> => {
    const { typ = 'dpop+jwt', ...rest } = changes;
    const claims = {
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      htm: 'GET',
      htu: `${api.origin}/invoices`,
      ath: createHash('sha256').update(accessToken).digest('base64url'),
      ...rest,
    };
    const header = { typ: String(typ), alg: 'ES256', jwk: await exportJWK(by.publicKey) };
    return new SignJWT(claims).setProtectedHeader(header).sign(by.privateKey);
  };

  /** The same with the nonce that the API wants. */
  const prove = async (accessToken: string, changes: Record<string, unknown> = {}, by = keys): Promise<string> => {
    const response = await call(accessToken, await sign(accessToken));
    return sign(accessToken, { nonce: response.headers.get('dpop-nonce'), ...changes }, by);
  };

  const call = (accessToken: string, proof?: string, scheme = 'DPoP'): Promise<Response> => {
    const headers = { authorization: `${scheme} ${accessToken}`, ...(proof !== undefined && { dpop: proof }) };
    return fetch(`${api.origin}/invoices?page=2`, { headers });
  };

  it('are given once the proof has the nonce of the server', async () => {
    const dpop = oauth.DPoP({}, keys);
    const first = await ask(dpop);
    expect(first).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    expect(first.headers.get('dpop-nonce')).toMatch(/./);
    const second = await ask(dpop);
    expect(second).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
    expect(decodeJwt(String(second.body['access_token']))).toMatchObject({ cnf: { jkt } });
  });

  it('are not given without a proof', async () => {
    expect(await ask()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('are taken with a proof that has the nonce of the API', async () => {
    const token = await getToken();
    const refused = await call(token, await sign(token));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^DPoP error="use_dpop_nonce"/),
    ]);
    const proof = await sign(token, { nonce: refused.headers.get('dpop-nonce') });
    expect((await call(token, proof)).status).toBe(200);
    api.renewNonce();
    const old = await sign(token, { nonce: refused.headers.get('dpop-nonce') });
    expect((await call(token, old)).headers.get('www-authenticate')).toContain('use_dpop_nonce');
  });

  it.each([
    ['another method', { htm: 'POST' }],
    ['another address', { htu: 'https://other.example/invoices' }],
    ['another token', { ath: createHash('sha256').update('another').digest('base64url') }],
    ['an old time', { iat: 1 }],
    ['no jti', { jti: undefined }],
    ['another use', { typ: 'JWT' }],
  ])('are refused with a proof for %s', async (_what, changes) => {
    const token = await getToken();
    const response = await call(token, await prove(token, changes));
    expect([response.status, api.calls.at(-1)?.error]).toEqual([401, 'invalid_dpop_proof']);
  });

  it('may be refused for themselves, once the proof is right', async () => {
    const token = await getToken();
    api.refuse(token);
    const answers = [await call(token, await sign(token)), await call(token, await prove(token))];
    expect(answers.map(({ headers }) => /error="(\w+)"/.exec(headers.get('www-authenticate') ?? '')?.[1])).toEqual([
      'use_dpop_nonce',
      'invalid_token',
    ]);
  });

  it('are refused with a proof that was used before, or by another key, or none', async () => {
    const token = await getToken();
    const proof = await prove(token);
    expect((await call(token, proof)).status).toBe(200);
    expect((await call(token, proof)).status).toBe(401);
    expect(api.calls.at(-1)?.error).toBe('invalid_dpop_proof');
    const others = await generateKeyPair('ES256', { extractable: true });
    expect((await call(token, await prove(token, {}, others))).status).toBe(401);
    expect(api.calls.at(-1)?.error).toBe('invalid_token');
    expect((await call(token)).status).toBe(401);
    expect((await call(token, await prove(token), 'Bearer')).status).toBe(401);
  });
});

describe('tokens bound to a certificate', () => {
  let server: OidcProviderServer;
  let api: VerifyingApi;
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
    server = await startOidcProvider({ tls: true });
    api = await startVerifyingApi(server, { tls: true });
  });
  afterAll(async () => {
    await api.close();
    await server.close();
  });

  it.each([{ resource }, {}])('are taken over that certificate alone (%j)', async (params) => {
    const own = tlsFetch({ ...certificates.client, ca: certificates.ca, pfx: undefined });
    const strangers = tlsFetch({ ...certificates.stranger, ca: certificates.ca });
    const { body } = await askForToken({ ...server, clientId: server.clients.tls.clientId, params, fetch: own });
    const init = { headers: { authorization: `Bearer ${String(body['access_token'])}` } };
    expect((await own(api.origin, init)).status).toBe(200);
    expect((await strangers(api.origin, init)).status).toBe(401);
    expect((await server.fetch(api.origin, init)).status).toBe(401);
    expect(api.calls.map(({ error }) => error).slice(-3)).toEqual([undefined, 'invalid_token', 'invalid_token']);
  });
});
