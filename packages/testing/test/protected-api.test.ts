import { afterEach, describe, expect, it } from 'vitest';
import { startAuthorizationServer, startProtectedApi, type ProtectedApi } from '../src/index.ts';

let api: ProtectedApi;
afterEach(() => api.close());

const call = (authorization?: string): Promise<Response> =>
  fetch(`${api.origin}/v2/invoices`, {
    method: 'POST',
    body: 'hello',
    ...(authorization !== undefined && { headers: { authorization } }),
  });

describe('a protected API', () => {
  it('echoes the request to a good token', async () => {
    api = await startProtectedApi({ verify: async (token) => token === 'good' });
    const response = await call('Bearer good');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      method: 'POST',
      path: '/v2/invoices',
      headers: { authorization: 'Bearer good' },
      body: 'hello',
    });
  });

  it('challenges a bad token, and a call without one', async () => {
    api = await startProtectedApi({ verify: (token) => token === 'good' });
    const bad = await call('Bearer bad');
    expect([bad.status, bad.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    const none = await call();
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await call('Basic Z29vZA==')).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('takes the active tokens of an authorization server', async () => {
    await using server = await startAuthorizationServer();
    api = await startProtectedApi({ verify: server });
    await fetch(server.tokenEndpoint, { method: 'POST', body: new URLSearchParams({ grant_type: 'password' }) });
    const [token] = server.issuedTokens;
    expect((await call(`Bearer ${token?.accessToken}`)).status).toBe(200);
    server.revokeAll();
    expect((await call(`Bearer ${token?.accessToken}`)).status).toBe(401);
  });

  it('shows a header that came twice', async () => {
    api = await startProtectedApi({ verify: () => true });
    const { request } = await import('node:http');
    const headers = ['Authorization', 'Bearer one', 'Authorization', 'Bearer two', 'Host', new URL(api.origin).host];
    request(api.origin, { headers }).end();
    await api.waitForRequests(1);
    expect(api.requests[0]?.headers['authorization']).toBe('Bearer one, Bearer two');
  });

  it('cannot be started without a way to verify', async () => {
    api = await startProtectedApi({ verify: () => true });
    await expect(Reflect.apply(startProtectedApi, undefined, [{}])).rejects.toThrow('verify: give a function');
  });
});
