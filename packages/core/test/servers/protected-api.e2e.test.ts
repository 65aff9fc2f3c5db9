import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { askForToken } from './ask-for-token.ts';
import { startOidcProvider, type OidcProviderServer } from './oidc-provider.ts';
import { startVerifyingApi, type VerifyingApi } from './protected-api.ts';

let server: OidcProviderServer;
let api: VerifyingApi;
beforeAll(async () => {
  server = await startOidcProvider({ resources: ['https://api.example', 'https://other.example'] });
  api = await startVerifyingApi(server);
});
afterAll(async () => {
  await api.close();
  await server.close();
});

async function getToken(params: Record<string, string> = {}): Promise<string> {
  const { clientId, clientSecret } = server.clients.basic;
  const { body } = await askForToken({ ...server, clientId, auth: oauth.ClientSecretBasic(clientSecret), params });
  return String(body['access_token']);
}

function call(authorization?: string, to = api): Promise<Response> {
  return fetch(`${to.origin}/invoices?page=2`, { headers: { ...(authorization && { authorization }) } });
}

describe('an API', () => {
  it('takes a JWT that is for it', async () => {
    const response = await call(`Bearer ${await getToken({ resource: 'https://api.example' })}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      path: '/invoices?page=2',
      claims: { iss: server.issuer, client_id: server.clients.basic.clientId },
    });
    expect(api.calls.at(-1)).toMatchObject({ method: 'GET', status: 200, path: '/invoices?page=2' });
  });

  it('takes an opaque token while it is active', async () => {
    expect((await call(`bearer ${await getToken()}`)).status).toBe(200);
  });

  it.each([
    ['for another API', () => getToken({ resource: 'https://other.example' })],
    ['of another issuer', () => server.mintSubjectToken('ada', { aud: 'https://api.example' })],
    ['that was changed', async () => `${(await getToken({ resource: 'https://api.example' })).slice(0, -8)}AAAAAAAA`],
    ['that nobody issued', async () => 'made-up'],
  ])('refuses a token %s', async (_what, token) => {
    const response = await call(`Bearer ${await token()}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
    expect(api.calls.at(-1)).toMatchObject({ status: 401, error: 'invalid_token', claims: undefined });
  });

  it('refuses a token from the moment it is told to', async () => {
    const token = await getToken();
    expect((await call(`Bearer ${token}`)).status).toBe(200);
    api.refuse(token);
    expect((await call(`Bearer ${token}`)).status).toBe(401);
  });

  it('refuses a token that has ended', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const tokens = [await getToken({ resource: 'https://api.example' }), await getToken()];
    const statuses = () => Promise.all(tokens.map(async (token) => (await call(`Bearer ${token}`)).status));
    expect(await statuses()).toEqual([200, 200]);
    vi.setSystemTime(Date.now() + 61_000);
    expect(await statuses()).toEqual([401, 401]);
  });

  it('asks for a token where there is none', async () => {
    for (const authorization of [undefined, 'Basic YTpi', 'Bearer a, Bearer b']) {
      const response = await call(authorization);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
  });

  it('wants its scope', async () => {
    const own = await startVerifyingApi(server, { scope: 'invoices:write' });
    const resource = 'https://api.example';
    const reading = await call(`Bearer ${await getToken({ resource, scope: 'invoices:read' })}`, own);
    expect([reading.status, reading.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope", error_description="needs invoices:write"',
    ]);
    expect((await call(`Bearer ${await getToken({ resource, scope: 'invoices:write' })}`, own)).status).toBe(200);
    await own.close();
  });
});
