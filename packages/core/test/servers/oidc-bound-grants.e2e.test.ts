import { decodeJwt, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForToken, type TokenAnswer, type TokenAsk } from './ask-for-token.ts';
import { makeCertificates } from './certificates.ts';
import { startOidcProvider, type OidcProviderServer } from './oidc-provider.ts';
import { tlsFetch } from './tls-fetch.ts';

let server: OidcProviderServer;
beforeAll(async () => {
  server = await startOidcProvider();
});
afterAll(() => server.close());

const resource = 'https://api.example';

function ask(more: Omit<TokenAsk, 'tokenEndpoint' | 'issuer'>): Promise<TokenAnswer> {
  return askForToken({ ...server, ...more });
}

async function newProver(): Promise<oauth.DPoPHandle> {
  return oauth.DPoP({}, await generateKeyPair('ES256', { extractable: true }));
}

function signIn(more: Partial<TokenAsk> = {}): Promise<TokenAnswer> {
  const { clientId, clientSecret } = server.clients.dpop;
  const params = { ...server.users.ada, resource };
  return ask({ clientId, auth: oauth.ClientSecretBasic(clientSecret), grantType: 'password', params, ...more });
}

describe('a grant of ours binds its token to a DPoP key', () => {
  it('where the client shows a proof, and refuses a client that must', async () => {
    const dpop = await newProver();
    const { body } = await signIn({ dpop });
    expect(body).toMatchObject({ token_type: 'DPoP' });
    const jkt = await dpop.calculateThumbprint();
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ cnf: { jkt } });
    expect(await signIn()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('but not with a proof that was used before', async () => {
    const dpop = await newProver();
    let proof: string | undefined;
    const sending: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers);
      proof ??= headers.get('dpop') ?? undefined;
      headers.set('dpop', String(proof));
      return fetch(input, { ...init, headers });
    };
    expect(await signIn({ dpop, fetch: sending })).toMatchObject({ status: 200 });
    expect(await signIn({ dpop, fetch: sending })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it("and with it a public client's refresh token", async () => {
    const { clientId } = server.clients.none;
    const dpop = await newProver();
    const { body } = await signIn({ clientId, auth: oauth.None(), dpop });
    const params = { refresh_token: String(body['refresh_token']) };
    const refresh = { clientId, grantType: 'refresh_token', params };
    const others = await ask({ ...refresh, dpop: await newProver() });
    expect(others).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await ask({ ...refresh, dpop })).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  });
});

describe('a grant of ours binds its token to a certificate', () => {
  it('where the client is registered so', async () => {
    const [own, { ca, client }] = await Promise.all([startOidcProvider({ tls: true }), makeCertificates()]);
    const { clientId, clientSecret } = own.clients.bound;
    const { body } = await askForToken({
      ...own,
      clientId,
      auth: oauth.ClientSecretBasic(clientSecret),
      grantType: 'password',
      params: { ...own.users.ada, resource },
      fetch: tlsFetch({ ca, cert: client.cert, key: client.key }),
    });
    await own.close();
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ cnf: { 'x5t#S256': client.thumbprint } });
  });
});
