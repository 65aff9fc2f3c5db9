import { exposedSecrets, manualClock, startProtectedApi, startUpstream, type Upstream } from '@outbound-auth/testing';
import { Agent, MockAgent } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import { TokenRequestError } from '../../src/errors.ts';
import type { ClientOptions, OutboundAuthOptions } from '../../src/options/options.ts';
import { proxyFailureOf } from '../../src/transport/proxy-failure.ts';
import { oneAttempt } from '../one-attempt.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { type ProxyOptions, type ProxyServer, startProxy } from '../transport/proxy-server.ts';
import { authFor, startWorld } from './worlds.ts';

const secure = startWorld({ tls: true });
let billing: Upstream;
beforeAll(async () => {
  billing = await startUpstream();
});
afterAll(() => billing.close());
beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function proxyFor(options?: ProxyOptions): Promise<ProxyServer> {
  const proxy = await startProxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** An address where nobody listens. */
async function deadAddress(): Promise<string> {
  const { origin, close } = await startProxy();
  await close();
  return origin;
}

function authOver(client: Partial<Omit<ClientOptions, 'clientSecret'>>, shared: Partial<OutboundAuthOptions> = {}) {
  return createOutboundAuth({ ...shared, clients: { billing: { ...billing.client, ...client } } });
}

/** At the server with TLS, by certificate. */
async function secureAuth(proxy: string, client: Partial<ClientOptions> = {}) {
  const { ca, client: pair } = await makeCertificates();
  const { clientId } = secure().server.clients.tls;
  const clientAuthentication = tlsClientAuth({ cert: pair.cert, key: pair.key, ca });
  return authFor(secure(), { clientId, clientAuthentication, proxy, ...client }, { clock: manualClock() });
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('it did not fail'),
    (error: unknown) => (error instanceof Error ? error : new Error('it failed with something else')),
  );
}

const hostOf = (origin: string) => new URL(origin).host;

describe('a proxy', () => {
  it('is taken by the token request and by the calls', async () => {
    const proxy = await proxyFor();
    const auth = authOver({ proxy: proxy.origin });
    const response = await auth.fetch(`${billing.api.origin}/a?b=c`, { method: 'POST', body: 'one invoice' });
    expect(await response.json()).toMatchObject({ method: 'POST', path: '/a?b=c', body: 'one invoice' });
    expect(proxy.requests).toEqual([
      { method: 'POST', target: billing.server.tokenEndpoint, authorization: undefined },
      { method: 'POST', target: `${billing.api.origin}/a?b=c`, authorization: undefined },
    ]);
  });

  it('tunnels TLS, in which the certificate is shown to the servers', async () => {
    const proxy = await proxyFor();
    const auth = await secureAuth(proxy.origin);
    const { server, api } = secure();
    expect((await auth.fetch(`${api.origin}/invoices`)).status).toBe(200);
    const targets = new Set(proxy.requests.map(({ method, target }) => `${method} ${target}`));
    expect(targets).toEqual(new Set([`CONNECT ${hostOf(server.issuer)}`, `CONNECT ${hostOf(api.origin)}`]));
  });

  it.each([
    ['orders', 'p%40ss%3A%20w', 'orders:p@ss: w'],
    ['token-alone', '', 'token-alone:'],
  ])('takes user and password out of its address: %s', async (user, password, credentials) => {
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const proxy = await proxyFor({ authorization });
    const address = proxy.origin.replace('://', `://${user}${password === '' ? '' : `:${password}`}@`);
    const plain = authOver({ proxy: address });
    expect((await plain.fetch(billing.api.origin)).status).toBe(200);
    // The servers behind it don't get them.
    expect(billing.api.requests.at(-1)?.headers).not.toHaveProperty('proxy-authorization');
    const tunnelled = await secureAuth(address);
    expect((await tunnelled.fetch(secure().api.origin)).status).toBe(200);
    expect(new Set(proxy.requests.map((request) => request.authorization))).toEqual(new Set([authorization]));
    for (const auth of [plain, tunnelled]) expect(exposedSecrets(auth, [credentials, password || user])).toEqual([]);
  });

  it('that all share is taken by calls that no client covers, and by redirects out of attachTo', async () => {
    const proxy = await proxyFor();
    const elsewhere = await startProtectedApi({ verify: () => true });
    onTestFinished(() => elsewhere.close());
    elsewhere.respondWith(() => ({ status: 200, body: 'elsewhere' }));
    const auth = authOver({}, { proxy: proxy.origin });
    await auth.fetch(`${elsewhere.origin}/untouched`);
    billing.api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/redirected` } });
    expect(await (await auth.fetch(`${billing.api.origin}/a`)).text()).toBe('elsewhere');
    await auth.fetch(`${billing.api.origin}/b`, { outboundAuth: false });
    expect(proxy.requests.map(({ target }) => target)).toEqual([
      `${elsewhere.origin}/untouched`,
      billing.server.tokenEndpoint,
      `${billing.api.origin}/a`,
      `${elsewhere.origin}/redirected`,
      `${billing.api.origin}/b`,
    ]);
  });
});

describe('what a client says itself goes before what all share', () => {
  it('of its proxy', async () => {
    const [shared, own] = await Promise.all([proxyFor(), proxyFor()]);
    await authOver({ proxy: own.origin }, { proxy: shared.origin }).fetch(billing.api.origin);
    expect([shared.requests.length, own.requests.length]).toEqual([0, 2]);
  });

  it('of its dispatcher', async () => {
    const shared = await proxyFor();
    const dispatcher = new Agent();
    onTestFinished(() => dispatcher.close());
    expect((await authOver({ dispatcher }, { proxy: shared.origin }).fetch(billing.api.origin)).status).toBe(200);
    expect(shared.requests).toEqual([]);
  });

  it('of its fetch, which is told the way', async () => {
    const proxy = await proxyFor();
    const addresses: string[] = [];
    const own: typeof fetch = (input, init) => {
      addresses.push(input instanceof Request ? input.url : new URL(input).href);
      return fetch(input, init);
    };
    const unused: typeof fetch = () => Promise.reject(new Error('the shared fetch was called'));
    const auth = authOver({ fetch: own }, { fetch: unused, proxy: proxy.origin });
    expect((await auth.fetch(`${billing.api.origin}/a`)).status).toBe(200);
    expect(addresses).toEqual([billing.server.tokenEndpoint, `${billing.api.origin}/a`]);
    expect(proxy.requests).toHaveLength(2);
  });
});

describe('a dispatcher of the user’s own', () => {
  it('makes every connection', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    onTestFinished(() => dispatcher.close());
    const json = { headers: { 'content-type': 'application/json' } };
    const token = { access_token: 'mocked', token_type: 'Bearer', expires_in: 60 };
    dispatcher.get('https://idp.example').intercept({ path: '/token', method: 'POST' }).reply(200, token, json);
    const bearer = { authorization: 'Bearer mocked' };
    dispatcher.get('https://api.example').intercept({ path: '/a', headers: bearer }).reply(200, 'the invoices');
    dispatcher.get('https://elsewhere.example').intercept({ path: '/b' }).reply(200, 'elsewhere');
    const client = { tokenEndpoint: 'https://idp.example/token', attachTo: ['https://api.example'] };
    const auth = authOver(client, { dispatcher });
    expect(await (await auth.fetch('https://api.example/a')).text()).toBe('the invoices');
    expect(await (await auth.fetch('https://elsewhere.example/b')).text()).toBe('elsewhere');
    dispatcher.assertNoPendingInterceptors();
  });
});

describe("proxy: 'environment'", () => {
  it('takes the proxies of HTTP_PROXY and HTTPS_PROXY, but for the hosts in NO_PROXY', async () => {
    const [http, https] = await Promise.all([proxyFor(), proxyFor()]);
    vi.stubEnv('HTTP_PROXY', http.origin);
    vi.stubEnv('HTTPS_PROXY', https.origin);
    vi.stubEnv('NO_PROXY', `unknown.example, ${hostOf(billing.api.origin)}`);
    await authOver({ proxy: 'environment' }).fetch(billing.api.origin);
    expect(http.requests.map(({ target }) => target)).toEqual([billing.server.tokenEndpoint]);
    expect(https.requests).toEqual([]);
    const auth = await secureAuth('environment');
    expect((await auth.fetch(secure().api.origin)).status).toBe(200);
    expect(https.requests.length).toBeGreaterThanOrEqual(2);
    expect(http.requests).toHaveLength(1);
  });

  it('shows the certificate to hosts in NO_PROXY too', async () => {
    vi.stubEnv('HTTPS_PROXY', await deadAddress());
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    const auth = await secureAuth('environment');
    expect((await auth.fetch(secure().api.origin)).status).toBe(200);
  });

  it('is read when the auth is made, and by names in lower case first', async () => {
    const [early, late] = await Promise.all([proxyFor(), proxyFor()]);
    vi.stubEnv('HTTP_PROXY', late.origin);
    vi.stubEnv('http_proxy', early.origin);
    const auth = authOver({ proxy: 'environment' });
    vi.stubEnv('http_proxy', late.origin);
    vi.stubEnv('NO_PROXY', '*');
    await auth.fetch(billing.api.origin);
    expect([early.requests.length, late.requests.length]).toEqual([2, 0]);
    vi.stubEnv('http_proxy', '');
    vi.stubEnv('HTTPS_PROXY', early.origin);
    vi.stubEnv('NO_PROXY', undefined);
    const direct = authOver({ proxy: 'environment' });
    vi.stubEnv('http_proxy', late.origin);
    await direct.fetch(billing.api.origin);
    expect([early.requests.length, late.requests.length]).toEqual([2, 0]);
  });

  it('is the direct way where the environment names none, also beside a shared proxy', async () => {
    const shared = await proxyFor();
    vi.stubEnv('HTTP_PROXY', '');
    expect((await authOver({ proxy: 'environment' }, { proxy: shared.origin }).fetch(billing.api.origin)).status).toBe(
      200,
    );
    expect(shared.requests).toEqual([]);
  });
});

describe('a proxy that', () => {
  const credentials = 'orders:the-password';
  const withCredentials = (origin: string) => origin.replace('://', `://${credentials}@`);

  it.each<[string, () => Promise<string>, RegExp]>([
    ['is down', deadAddress, /ECONNREFUSED/],
    ['wants other credentials', async () => (await proxyFor({ authorization: 'other' })).origin, /it answered 407/],
    ['lets nobody through', async () => (await proxyFor({ status: 403 })).origin, /it answered 403/],
  ])('%s is named by the error, without user and password', async (_how, start, reason) => {
    const origin = await start();
    const auth = await secureAuth(withCredentials(origin), oneAttempt);
    const error = await failureOf(auth.fetch(secure().api.origin));
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({ code: 'discovery_failed' });
    const told = proxyFailureOf(error)?.message;
    expect(told).toContain(`over the proxy ${origin}/: `);
    expect(told).toMatch(reason);
    expect(exposedSecrets(error, ['the-password', Buffer.from(credentials).toString('base64')])).toEqual([]);
  });

  it('stands in the environment and wants credentials is named too, tunnel or not', async () => {
    const { origin } = await proxyFor({ authorization: 'other' });
    vi.stubEnv('HTTP_PROXY', withCredentials(origin));
    const secured = await secureAuth('environment', oneAttempt);
    const plain = authOver({ proxy: 'environment', ...oneAttempt }, { clock: manualClock() });
    for (const call of [secured.fetch(secure().api.origin), plain.fetch(billing.api.origin)]) {
      const error = await failureOf(call);
      const told = proxyFailureOf(error)?.message;
      expect(told).toContain(`over the proxy of the environment (${origin}/): `);
      expect(told).toContain('407');
      expect(exposedSecrets(error, ['the-password', Buffer.from(credentials).toString('base64')])).toEqual([]);
    }
  });

  it('goes down later is named by the errors of calls, which are those of fetch', async () => {
    const proxy = await startProxy();
    const auth = authOver({ proxy: withCredentials(proxy.origin) });
    await auth.client('billing').getAccessToken();
    await proxy.close();
    const error = await failureOf(auth.fetch(billing.api.origin));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('fetch failed');
    expect(error.cause).toMatchObject({
      message: expect.stringContaining(`over the proxy ${proxy.origin}/: `) as string,
      cause: expect.any(Error) as Error,
    });
    expect(exposedSecrets(error, ['the-password', Buffer.from(credentials).toString('base64')])).toEqual([]);
  });

  it('is given up by its caller fails with the caller’s own reason', async () => {
    const proxy = await proxyFor();
    const auth = authOver({ proxy: proxy.origin });
    await auth.client('billing').getAccessToken();
    const gate = billing.api.hold(1);
    const arrived = billing.api.requests.length + 1;
    const controller = new AbortController();
    const call = failureOf(auth.fetch(billing.api.origin, { signal: controller.signal }));
    await billing.api.waitForRequests(arrived);
    const reason = new TypeError('no longer wanted', { cause: new Error('gone') });
    controller.abort(reason);
    expect(await call).toBe(reason);
    gate.release();
  });
});

it('E38 a mock of the global fetch gets every request of an auth that uses nothing of this', async () => {
  const auth = authOver({});
  const token = { access_token: 'mocked', token_type: 'Bearer', expires_in: 60 };
  const mock = vi.fn<typeof fetch>(async (input) => {
    const asked = new URL(input instanceof Request ? input.url : input).href === billing.server.tokenEndpoint;
    return asked ? Response.json(token) : new Response('mocked');
  });
  vi.stubGlobal('fetch', mock);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  for (const address of [billing.api.origin, 'https://elsewhere.example']) {
    expect(await (await auth.fetch(address)).text()).toBe('mocked');
  }
  expect(mock).toHaveBeenCalledTimes(3);
  for (const [, init] of mock.mock.calls) expect(init ?? {}).not.toHaveProperty('dispatcher');
});
