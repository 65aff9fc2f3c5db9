import axiosRetry from 'axios-retry';
import newest from 'axios';
import { describe, expect, it } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { http as build } from './builds.ts';
import { startScene } from './scene.ts';

describe.each(['before', 'after'] as const)('E43 axios-retry, added %s', (order) => {
  async function startRetrying(adapter: 'http' | 'fetch') {
    const scene = await startScene(build);
    const http = newest.create({ adapter });
    if (order === 'before') axiosRetry(http, { retries: 2 });
    attachOutboundAuth(http, scene.auth);
    if (order === 'after') axiosRetry(http, { retries: 2 });
    return { ...scene, http };
  }

  it.each(['http', 'fetch'] as const)('sends a config again with the present token, over %s', async (adapter) => {
    const { api, http, server } = await startRetrying(adapter);
    const tokens: unknown[] = [];
    api.respondWith(({ headers }) => {
      tokens.push(headers['authorization']);
      if (tokens.length > 1) return undefined;
      server.revokeAll();
      return { status: 503 };
    });
    const response = await http.get(`${api.origin}/v2/invoices`);
    expect(response.status).toBe(200);
    // 503, then a 401 for the token that was revoked, then the new one.
    expect(tokens).toEqual([0, 0, 1].map((index) => `Bearer ${server.issuedTokens[index]?.accessToken}`));
    expect(response.config.headers.has('authorization')).toBe(false);
  });

  it.each(['http', 'fetch'] as const)('sends a broken connection’s call again, over %s', async (adapter) => {
    const { api, http } = await startRetrying(adapter);
    api.respondOnce({ fault: 'reset' });
    const response = await http.put<{ body: string }>(`${api.origin}/v2/invoices`, { amount: 1 });
    expect(response.data.body).toBe('{"amount":1}');
    expect(api.requests.map(({ headers }) => headers['authorization']?.split(',').length)).toEqual([1, 1]);
  });

  it.each(['http', 'fetch'] as const)('that retries 401s too causes no storm of tokens, over %s', async (adapter) => {
    const { api, http, server } = await startRetrying(adapter);
    api.respondWith(() => ({ status: 401 }));
    const call = http.get(`${api.origin}/v2/invoices`, { 'axios-retry': { retries: 3, retryCondition: () => true } });
    await expect(call).rejects.toMatchObject({ response: { status: 401 } });
    // Four calls, of which the first alone is worth another token: then the brake is on.
    expect([api.requests.length, server.requests.length]).toEqual([5, 2]);
    expect(api.requests.map(({ headers }) => headers['authorization']?.split(',').length)).toEqual([1, 1, 1, 1, 1]);
  });

  it.each(['http', 'fetch'] as const)('sends a call again that had no time left, over %s', async (adapter) => {
    const { api, http } = await startRetrying(adapter);
    api.respondOnce({ fault: 'hang' });
    const retrying = { shouldResetTimeout: true, retryCondition: () => true };
    const { status } = await http.get(`${api.origin}/v2/invoices`, { timeout: 300, 'axios-retry': retrying });
    expect([status, api.requests.length]).toEqual([200, 2]);
  });

  it.each(['http', 'fetch'] as const)('leaves a token that cannot be had alone, over %s', async (adapter) => {
    const { api, http, server } = await startRetrying(adapter);
    server.respondWith(() => ({ status: 400, body: { error: 'invalid_client' } }));
    await expect(http.get(`${api.origin}/v2/invoices`)).rejects.toMatchObject({ code: 'token_request_refused' });
    expect(server.requests).toHaveLength(1);
  });
});

it('E43 a config that still has our adapter is sent again with one token', async () => {
  const { api, auth, http: other } = await startScene(build);
  const http = build.create();
  const configs: object[] = [];
  const capture = <Config extends object>(config: Config): Config => {
    configs.push({ ...config });
    return config;
  };
  // Registered before ours, so that it runs after ours.
  http.interceptors.request.use(capture, undefined, { synchronous: true });
  attachOutboundAuth(http, auth);
  const url = `${api.origin}/v2/invoices`;
  await http.request({ url });
  for (const instance of [http, other]) await instance.request({ ...configs[0] });
  expect(api.requests.map(({ headers }) => headers['authorization']?.split(',').length)).toEqual([1, 1, 1]);
});
