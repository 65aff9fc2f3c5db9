import { type ClientOptions, createOutboundAuth } from '@outbound-auth/core';
import { startAuthorizationServer, startProtectedApi } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { builds } from './builds.ts';
import { startScene } from './scene.ts';

const numbers = Array.from({ length: 16 }, (_, index) => index);

describe.each(builds)('many instances of $name at once', (build) => {
  it('share the tokens of one auth, and each call gets that of its own client', async () => {
    const server = await startAuthorizationServer();
    const api = await startProtectedApi({ verify: server });
    onTestFinished(async () => {
      await Promise.all([server.close(), api.close(), auth.close()]);
    });
    const client = (name: string): [string, ClientOptions] => [
      name,
      { tokenEndpoint: server.tokenEndpoint, clientId: name, clientSecret: 's', attachTo: [`${api.origin}/${name}`] },
    ];
    const names = numbers.map((number) => `system-${number % 8}`);
    const auth = createOutboundAuth({ clients: Object.fromEntries(names.map(client)) });
    const calls = names.map((name) => {
      const http = build.create({ baseURL: `${api.origin}/${name}` });
      attachOutboundAuth(http, auth);
      return ['first', 'second'].map((path) => http.request({ url: `/${path}` }));
    });
    await Promise.all(calls.flat());
    const owners = new Map(server.issuedTokens.map(({ accessToken, clientId }) => [`Bearer ${accessToken}`, clientId]));
    expect(owners.size).toBe(8);
    const mixed = api.requests.filter(
      ({ path, headers }) => owners.get(headers['authorization'] ?? '') !== path.split('/')[1],
    );
    expect([api.requests.length, mixed]).toEqual([2 * names.length, []]);
  });

  it('each keep their own default client, and detach alone', async () => {
    const { api, auth, server } = await startScene(build);
    const url = `${api.origin}/v2/invoices`;
    const [first, second] = [build.create(), build.create()];
    const detach = attachOutboundAuth(first, auth, { scope: 'first' });
    attachOutboundAuth(second, auth, { scope: 'second' });
    await Promise.all([first.request({ url }), second.request({ url })]);
    expect(server.requests.map(({ parameters }) => parameters.get('scope')).sort()).toEqual(['first', 'second']);
    detach();
    expect((await first.request({ url, validateStatus: null })).status).toBe(401);
    expect((await second.request({ url })).status).toBe(200);
  });

  it('E14 wait for one token together when theirs is refused', async () => {
    const { api, auth, server } = await startScene(build);
    const url = `${api.origin}/v2/invoices`;
    const instances = numbers.map(() => {
      const http = build.create();
      attachOutboundAuth(http, auth);
      return http;
    });
    await instances[0]?.request({ url });
    server.revokeAll();
    const responses = await Promise.all(instances.map((http) => http.request({ url })));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.requests).toHaveLength(2);
  });
});
