import { createOutboundAuth, type OutboundAuth } from '@outbound-auth/core';
import axios from 'axios';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { builds, http as build, type Instance } from './builds.ts';
import { startScene } from './scene.ts';

const authorizations = (requests: readonly { readonly headers: Readonly<Record<string, string>> }[]): unknown[] =>
  requests.map(({ headers }) => headers['authorization']);

describe.each(builds)('E34 $name', (build) => {
  it('attached to twice sends each call once, and no token twice', async () => {
    const { api, auth, http, server } = await startScene(build);
    attachOutboundAuth(http, auth);
    const response = await http.request({ url: `${api.origin}/v2/invoices` });
    expect(response.status).toBe(200);
    expect(api.requests).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
    expect(authorizations(api.requests)[0]).not.toContain(',');
  });

  it('attached to twice tells each thing once', async () => {
    const { auth, elsewhere, events, http } = await startScene(build);
    attachOutboundAuth(http, auth);
    elsewhere.respondWith(() => ({ status: 204 }));
    await http.request({ url: elsewhere.origin });
    expect(events.map(({ type }) => type)).toEqual(['address.unmatched']);
  });

  it('sends a refused call twice in all, however often it is attached to', async () => {
    const { api, auth, http } = await startScene(build);
    attachOutboundAuth(http, auth);
    api.respondWith(() => ({ status: 401 }));
    await expect(http.request({ url: `${api.origin}/v2/invoices` })).rejects.toThrow('401');
    expect(api.requests).toHaveLength(2);
  });

  it('is as it was when detached, twice too', async () => {
    const { api, auth, http, detach } = await startScene(build);
    const detachSecond = attachOutboundAuth(http, auth);
    detachSecond();
    await http.request({ url: `${api.origin}/v2/attached` });
    detach();
    detach();
    const response = await http.request({ url: `${api.origin}/v2/invoices`, validateStatus: () => true });
    expect(response.status).toBe(401);
    expect(authorizations(api.requests)).toEqual([expect.stringContaining('Bearer'), undefined]);
  });

  it('shows other interceptors and transforms one request without a token, and its last answer', async () => {
    const { api, http, server } = await startScene(build);
    const seen: unknown[] = [];
    http.interceptors.request.use(
      (config) => {
        seen.push(['request', JSON.stringify(config).includes('Bearer')]);
        return config;
      },
      undefined,
      { synchronous: false },
    );
    await http.request({ url: `${api.origin}/v2/first` });
    server.revokeAll();
    seen.length = 0;
    await http.request({
      url: `${api.origin}/v2/invoices`,
      method: 'post',
      data: { a: 1 },
      transformRequest: (data: object, headers: Headers) => {
        seen.push(['transformRequest', headers.has('authorization')]);
        return JSON.stringify({ ...data, b: 2 });
      },
      transformResponse: (data: string) => {
        seen.push(['transformResponse', data.includes('"b":2') || data.includes('\\"b\\":2')]);
        return data;
      },
    });
    expect(seen).toEqual([
      ['request', false],
      ['transformRequest', false],
      ['transformResponse', true],
    ]);
    expect(api.requests.map(({ body }) => body)).toEqual(['', '{"a":1,"b":2}', '{"a":1,"b":2}']);
  });

  it('leaves synchronous interceptors synchronous', async () => {
    const { api, http } = await startScene(build);
    let done = false;
    const see = <Config>(config: Config): Config => {
      done = true;
      return config;
    };
    http.interceptors.request.use(see, undefined, { synchronous: true });
    const call = http.request({ url: `${api.origin}/v2/invoices` });
    expect(done).toBe(true);
    await call;
  });

  it('takes the defaults that an interceptor took out for gone', async () => {
    const { api, http } = await startScene(build, { headers: { 'x-default': 'unwanted' }, params: { unwanted: 1 } });
    http.interceptors.request.use(
      (config) => {
        const headers: unknown = Reflect.get(config, 'headers');
        if (typeof headers === 'object' && headers !== null) Reflect.deleteProperty(headers, 'x-default');
        Reflect.deleteProperty(config, 'params');
        return config;
      },
      undefined,
      { synchronous: true },
    );
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(api.requests.map(({ path }) => path)).toEqual(['/v2/invoices']);
    expect(api.requests[0]?.headers).not.toHaveProperty('x-default');
  });

  it('E35 makes token requests by itself, through no instance of Axios', async () => {
    const { api, http, server } = await startScene(build, { baseURL: 'http://nowhere.invalid', proxy: false });
    const addresses: unknown[] = [];
    http.interceptors.request.use(
      (config) => {
        addresses.push(Reflect.get(config, 'url'));
        return config;
      },
      undefined,
      { synchronous: true },
    );
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(addresses).toEqual([`${api.origin}/v2/invoices`]);
    expect(server.requests).toHaveLength(1);
  });

  it('E20 leaves a config that is used again as it was', async () => {
    const { api, http, server } = await startScene(build);
    const config = { url: `${api.origin}/v2/invoices`, headers: { 'x-call': 'kept' }, outboundAuth: { scope: 'read' } };
    const before = structuredClone(config);
    for (let round = 0; round < 3; round += 1) {
      expect((await http.request(config)).status).toBe(200);
      server.revokeAll();
    }
    expect(config).toEqual(before);
    expect(Object.getOwnPropertySymbols(config)).toEqual([]);
    // Two more than the calls: each call after the first was refused once, and each was sent again.
    expect(api.requests).toHaveLength(5);
  });

  it('E20 sends the config of a response again as any other', async () => {
    const { api, http, server, detach } = await startScene(build);
    const { config } = await http.request({ url: `${api.origin}/v2/invoices` });
    server.revokeAll();
    const again = await http.request(config);
    expect(again.status).toBe(200);
    expect(server.requests).toHaveLength(2);
    detach();
    expect((await http.request({ ...again.config, validateStatus: () => true })).status).toBe(401);
  });
});

describe('the options of attachOutboundAuth', () => {
  const scopes = (requests: readonly { readonly parameters: URLSearchParams }[]): unknown[] =>
    requests.map(({ parameters }) => parameters.get('scope'));

  it('are those of calls without their own, of which each replaces the one of its name', async () => {
    const { api, auth, server } = await startScene(build);
    const http = build.create();
    attachOutboundAuth(http, auth, { client: 'billing', scope: 'read', audience: 'api' });
    const url = `${api.origin}/v2/invoices`;
    await http.request({ url });
    await http.request({ url, outboundAuth: { scope: 'write' } });
    await http.request({ url, outboundAuth: { client: 'billing', resource: 'https://api.example' } });
    expect(scopes(server.requests)).toEqual(['read', 'write', 'read']);
    expect(server.requests.map(({ parameters }) => parameters.get('audience'))).toEqual(['api', 'api', 'api']);
  });

  it('are not for a call that names another client', async () => {
    const { api, server } = await startScene(build);
    const client = { tokenEndpoint: server.tokenEndpoint, clientId: 'c', clientSecret: 's', attachTo: [api.origin] };
    const auth = createOutboundAuth({ clients: { first: client, second: { ...client, clientId: 'd' } } });
    const http = build.create();
    attachOutboundAuth(http, auth, { client: 'first', scope: 'read' });
    await http.request({ url: `${api.origin}/a` });
    await http.request({ url: `${api.origin}/a`, outboundAuth: { client: 'second' } });
    expect(scopes(server.requests)).toEqual(['read', null]);
  });

  it('may stand in the defaults of the instance too, as Axios merges them', async () => {
    const { api, http, server } = await startScene(build, { outboundAuth: { scope: 'read' } });
    await http.request({ url: `${api.origin}/v2/invoices` });
    await http.request({ url: `${api.origin}/v2/invoices`, outboundAuth: { audience: 'api' } });
    const bare = await http.request({
      url: `${api.origin}/v2/invoices`,
      outboundAuth: false,
      validateStatus: () => true,
    });
    expect([scopes(server.requests), bare.status]).toEqual([['read', 'read'], 401]);
  });

  it('that are wrong are told when they are used', async () => {
    const { api, http } = await startScene(build);
    const call = http.request({ url: `${api.origin}/v2/invoices`, outboundAuth: { client: 'biling' } });
    await expect(call).rejects.toMatchObject({ code: 'unknown_client' });
  });
});

it('the instance that Axios itself is can be attached to, and its children are left alone', async () => {
  const { api, auth } = await startScene(build);
  const detach = attachOutboundAuth(axios, auth);
  onTestFinished(detach);
  const child = axios.create();
  const config = { url: `${api.origin}/v2/invoices`, validateStatus: () => true };
  expect([await axios.request(config), await child.request(config)].map(({ status }) => status)).toEqual([200, 401]);
});

it('two auths on one instance attach each its own', async () => {
  const { api, elsewhere, http, server } = await startScene(build);
  const { tokenEndpoint } = server;
  const client = { tokenEndpoint, clientId: 'other', clientSecret: 's', attachTo: [elsewhere.origin] };
  attachOutboundAuth(http, createOutboundAuth({ clients: { other: client } }));
  for (const { origin } of [api, elsewhere]) {
    const response = await http.request({ url: `${origin}/v2/invoices` });
    expect(response.status).toBe(200);
  }
  expect(server.issuedTokens.map(({ clientId }) => clientId)).toEqual(['orders', 'other']);
  expect(authorizations([...api.requests, ...elsewhere.requests])).toEqual(
    server.issuedTokens.map(({ accessToken }) => `Bearer ${accessToken}`),
  );
});

it('E34 an auth that is attached to twice, with another between, is there once', async () => {
  const { auth, elsewhere, events, http } = await startScene(build);
  attachOutboundAuth(http, createOutboundAuth({ clients: {} }));
  attachOutboundAuth(http, auth);
  elsewhere.respondWith(() => ({ status: 204 }));
  await http.request({ url: elsewhere.origin });
  expect(events.map(({ type }) => type)).toEqual(['address.unmatched']);
});

describe('what attachOutboundAuth refuses', () => {
  it('is an instance that is not one of Axios', async () => {
    const { auth } = await startScene(build);
    const { interceptors } = build.create();
    expect(() => attachOutboundAuth({ interceptors }, auth)).toThrow(
      'attachOutboundAuth(instance, auth): instance must be axios itself or what axios.create() returns',
    );
    const shared: Instance & { create(): unknown } = Object.assign(build.create(), { create: () => shared });
    expect(() => attachOutboundAuth(shared, auth)).toThrow('instance must be axios itself');
    expect(Reflect.get(shared, 'defaults')).toMatchObject({ adapter: 'http' });
  });

  it('is an auth that createOutboundAuth did not make', () => {
    expect(() => {
      Reflect.apply(attachOutboundAuth, undefined, [build.create(), {}]);
    }).toThrow('auth must be what createOutboundAuth() returns');
  });
});

it('finds an unknown client when it is attached, not by the first call', () => {
  const client = { tokenEndpoint: 'https://idp.example/token', clientId: 'a', clientSecret: 'b' };
  const auth: OutboundAuth<string> = createOutboundAuth({
    clients: { billing: { ...client, attachTo: ['https://api.example'] } },
  });
  expect(() => attachOutboundAuth(axios.create(), auth, { client: 'biling' })).toThrow("did you mean 'billing'?");
});
