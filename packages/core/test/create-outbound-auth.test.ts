import { exposedSecrets, startAuthorizationServer } from '@outbound-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutboundAuth } from '../src/create-outbound-auth.ts';
import type { OutboundAuth } from '../src/outbound-auth.ts';
import { startScene } from './outgoing/scene.ts';

const client = { tokenEndpoint: 'https://idp.example/token', clientId: 'orders', clientSecret: 'a-secret' };

describe('which client', () => {
  it('is the one with the longest matching prefix', async () => {
    const server = await startAuthorizationServer();
    onTestFinished(() => server.close());
    const seen: (string | null)[] = [];
    const of = (attachTo: string) => ({ ...client, tokenEndpoint: server.tokenEndpoint, attachTo: [attachTo] });
    const auth = createOutboundAuth({
      clients: {
        all: { ...of('https://api.example'), headers: { 'x-client': 'all' } },
        deep: { ...of('https://api.example/v2/deep'), headers: { 'x-client': 'deep' } },
        v2: { ...of('https://api.example/v2'), headers: { 'x-client': 'v2' } },
      },
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (request.url === server.tokenEndpoint) return fetch(request);
        seen.push(request.headers.get('x-client'));
        return new Response();
      },
    });
    for (const path of ['', '/v1', '/v2', '/v2/x', '/v2/deep', '/v2/deeper'])
      await auth.fetch(`https://api.example${path}`);
    await auth.fetch('https://elsewhere.example');
    expect(seen).toEqual(['all', 'all', 'v2', 'v2', 'deep', 'v2', null]);
  });

  it('must be named where two cover an address alike', async () => {
    const attachTo = ['https://api.example/v2'];
    const auth = createOutboundAuth({ clients: { service: { ...client, attachTo }, user: { ...client, attachTo } } });
    await expect(auth.fetch('https://api.example/v2/x')).rejects.toMatchObject({
      code: 'ambiguous_client',
      status: 500,
      message: `the clients 'service' and 'user' cover https://api.example/v2/x alike: name one in the call (outboundAuth: { client: … })`,
    });
  });

  it('may be named only for its own addresses', async () => {
    const { api, elsewhere, auth } = await startScene();
    const refused = { code: 'outside_attach_to', client: 'billing', status: 500 };
    const options = { outboundAuth: { client: 'billing' } } as const;
    await expect(auth.fetch(`${elsewhere.origin}/v2/a?token=x`, options)).rejects.toMatchObject(refused);
    await expect(auth.client('billing').fetch(`${api.origin}/v3`)).rejects.toMatchObject(refused);
    expect([api.requests.length, elsewhere.requests.length]).toEqual([0, 0]);
    expect(auth.client('billing').covers(`${api.origin}/v2/x`)).toBe(true);
    expect(auth.client('billing').covers(`${api.origin}/v3`)).toBe(false);
  });

  it('that is named attaches, or says so', async () => {
    const { api, auth } = await startScene();
    const nothing: object = { outboundAuth: false };
    await expect(auth.client('billing').fetch(`${api.origin}/v2/a`, nothing)).rejects.toMatchObject({
      code: 'invalid_call',
    });
    expect(api.requests).toHaveLength(0);
  });

  it.each(['billing', true, ['billing'], 7])('is not named by %j', async (options) => {
    const { api, auth } = await startScene();
    const init: object = { outboundAuth: options };
    await expect(auth.fetch(`${api.origin}/v2/a`, init)).rejects.toMatchObject({
      code: 'invalid_call',
      message: expect.stringContaining('outboundAuth must be an object') as string,
    });
    expect(api.requests).toHaveLength(0);
  });

  it('that is unknown is an error that knows what was meant', () => {
    const auth: OutboundAuth<string> = createOutboundAuth({
      clients: { billing: { ...client, attachTo: ['https://api.example'] } },
    });
    expect(() => auth.client('biling')).toThrow("there is no client 'biling'; did you mean 'billing'?");
    expect(() => auth.client(undefined as never)).toThrow("there is no client 'undefined'; there are: billing");
    expect(() => auth.client('something else')).toThrow('there are: billing');
    const tenants: OutboundAuth<string> = createOutboundAuth({ clients: {}, resolveClient: () => undefined });
    expect(() => tenants.client('t7')).toThrow('there are none; those of resolveClient are had by auth.tenant(name)');
  });
});

describe('an address that nothing covers', () => {
  it('goes out untouched, with an event that holds no query', async () => {
    const { server, elsewhere, events, auth } = await startScene();
    const response = await auth.fetch(`${elsewhere.origin}/x?secret=1`, { headers: { 'x-mine': 'yes' } });
    expect(await response.text()).toBe('elsewhere');
    expect(elsewhere.requests[0]?.headers).toMatchObject({ 'x-mine': 'yes' });
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(events).toEqual([{ type: 'address.unmatched', url: `${elsewhere.origin}/x` }]);
    expect(server.requests).toHaveLength(0);
  });

  it('is an error with unmatched: refuse', async () => {
    const { elsewhere, auth } = await startScene({}, { unmatched: 'refuse' });
    await expect(auth.fetch(`${elsewhere.origin}/x`)).rejects.toMatchObject({ code: 'unmatched_address', status: 500 });
    expect((await auth.fetch(`${elsewhere.origin}/x`, { outboundAuth: false })).status).toBe(200);
  });
});

describe('a token', () => {
  it('E11 is asked for once by 1,000 cold calls', async () => {
    const { server, auth } = await startScene();
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => auth.client('billing').getAccessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  it('is there without a promise once it was got', async () => {
    const { auth } = await startScene();
    const billing = auth.client('billing');
    expect(billing.peekAccessToken()).toBeUndefined();
    const token = await billing.getAccessToken();
    expect(billing.peekAccessToken()).toBe(token);
    expect(billing.peekAccessToken({ scope: 'write' })).toBeUndefined();
  });

  it('E08 of a call with other parameters is another', async () => {
    const { server, auth } = await startScene();
    const billing = auth.client('billing');
    const sets = [
      {},
      { scope: 'a' },
      { scope: 'b' },
      { audience: 'a' },
      { resource: 'urn:a' },
      { parameters: { x: 'a' } },
    ];
    const tokens = await Promise.all(sets.map((parameters) => billing.getAccessToken(parameters)));
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(sets.length);
    expect(server.requests).toHaveLength(sets.length);
  });
});

describe('close', () => {
  it('lets the token request under way end, then refuses new ones and keeps what is in memory', async () => {
    const { server, api, auth } = await startScene();
    const gate = server.hold(1);
    const call = auth.fetch(`${api.origin}/v2/a`);
    await server.waitForRequests(1);
    const closing = auth.close();
    gate.release();
    expect((await call).status).toBe(200);
    await closing;
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    await expect(auth.client('billing').getAccessToken({ scope: 'new' })).rejects.toMatchObject({
      code: 'closed',
      status: 503,
      message: "client 'billing': no token is requested any more, because auth.close() was called",
    });
  });

  it('is what `await using` calls', async () => {
    const { auth } = await startScene();
    await auth[Symbol.asyncDispose]();
    await expect(auth.client('billing').getAccessToken()).rejects.toMatchObject({ code: 'closed' });
  });
});

it('E25 the auth object, its clients and its events show no secret', async () => {
  const { server, api, events, auth } = await startScene();
  await auth.fetch(`${api.origin}/v2/a`);
  server.revokeAll();
  await auth.fetch(`${api.origin}/v2/a?key=in-the-query`);
  server.respondWith(() => ({
    status: 401,
    body: { error: 'invalid_client', error_description: 'the-secret-of-billing' },
  }));
  await auth
    .client('billing')
    .getAccessToken({ scope: 'b' })
    .catch(() => undefined);
  const secrets = [
    'the-secret-of-billing',
    'the-api-key-of-billing',
    'in-the-query',
    ...server.issuedTokens.map(({ accessToken }) => accessToken),
  ];
  expect(secrets.length).toBeGreaterThanOrEqual(5);
  for (const value of [auth, auth.client('billing'), events]) expect(exposedSecrets(value, secrets)).toEqual([]);
});
