import type { Hop } from '@outbound-auth/core';
import { createServer, request, type RequestOptions } from 'node:http';
import { Agent } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agentFor } from '../src/certificate.ts';
import { call, member } from '../src/member.ts';
import { beforeRedirect } from '../src/redirects.ts';
import { builds, type Config, http as httpBuild } from './builds.ts';
import { client } from './certificates.ts';
import { apiKey, failureOf, startScene } from './scene.ts';
import { textWith } from './text-with.ts';

const attached = { scheme: 'Bearer', 'x-api-key': apiKey };
const bare = { scheme: undefined, 'x-api-key': undefined };

/** The two headers that belong to the client. */
const ours = ({ headers }: { readonly headers: Readonly<Record<string, string>> }): object => ({
  scheme: headers['authorization']?.split(' ')[0],
  'x-api-key': headers['x-api-key'],
});

/** Any host is this one: a subdomain needs no entry in a name server. */
const lookup = (_host: string, _options: object, found: (error: null, address: string, family: number) => void): void =>
  found(null, '127.0.0.1', 4);

const overHttp = builds.filter(({ name }) => name.endsWith('http'));

describe.each(builds)('E22 a redirect, $name,', (build) => {
  it('to another covered host keeps the token and the headers of the client', async () => {
    const { api, elsewhere, http } = await startScene(build, {}, (origins) => ({
      attachTo: [`${origins.api}/v2`, `${origins.elsewhere}/v2`],
    }));
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/v2/new` } });
    const response = await http.request({ url: `${api.origin}/v2/old` });
    expect(response.status).toBe(200);
    expect(elsewhere.requests.map(ours)).toEqual([attached]);
  });

  it('takes no params along', async () => {
    const { api, elsewhere, http } = await startScene(build, { params: { page: 1 } });
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect([...api.requests, ...elsewhere.requests].map(({ path }) => path)).toEqual([
      '/v2/old?page=1',
      '/v2/new',
      '/new',
    ]);
  });

  it('out of attachTo is told by an event', async () => {
    const { api, elsewhere, events, http } = await startScene(build);
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/v2/new?secret=1` } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(elsewhere.requests.map(ours)).toEqual([bare]);
    expect(events.at(-1)).toEqual({ type: 'redirect.left', client: 'billing', url: `${elsewhere.origin}/v2/new` });
  });

  it('stays inside for a while, leaves, and comes back with nothing', async () => {
    const { api, http, server } = await startScene(build);
    for (const location of ['/v2/b', '/v1/c', '/v2/d']) api.respondOnce({ status: 302, headers: { location } });
    await expect(http.request({ url: `${api.origin}/v2/a` })).rejects.toMatchObject({ response: { status: 401 } });
    expect(api.requests.map(ours)).toEqual([attached, attached, bare, bare]);
    expect(server.requests).toHaveLength(1);
  });

  it('to a sibling path carries no API key, also where the call has set its own', async () => {
    const { api, http } = await startScene(build, { validateStatus: null });
    for (const headers of [{ 'X-Api-Key': 'mine' }, { 'X-Api-Key': 'mine', Authorization: 'Bearer mine' }]) {
      api.respondOnce({ status: 302, headers: { location: '/v3/there' } });
      await http.request({ url: `${api.origin}/v2/here`, headers });
    }
    expect(api.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['mine', undefined, 'mine', undefined]);
  });

  it('that turned a POST into a GET is not made again from its start after a 401', async () => {
    const { api, http, server } = await startScene(build);
    api.respondOnce({ status: 303, headers: { location: '/v2/result?page=1' } });
    api.respondOnce({ status: 401 });
    const response = await http.request({ url: `${api.origin}/v2/job`, method: 'post', data: { amount: 1 } });
    expect(response.data).toMatchObject({ method: 'GET', path: '/v2/result?page=1', body: '' });
    expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v2/job',
      'GET /v2/result?page=1',
      'GET /v2/result?page=1',
    ]);
    expect(api.requests[2]?.headers['content-type']).toBeUndefined();
    expect(new Set(api.requests.map(({ headers }) => headers['authorization'])).size).toBe(2);
    expect(server.requests).toHaveLength(2);
  });

  it('by 307 sends the body on, and again after a 401', async () => {
    const { api, http } = await startScene(build);
    api.respondOnce({ status: 307, headers: { location: '/v2/new' } });
    api.respondOnce({ status: 401 });
    await http.request({ url: `${api.origin}/v2/old`, method: 'post', data: { amount: 1 } });
    expect(api.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/v2/old', '{"amount":1}'],
      ['/v2/new', '{"amount":1}'],
      ['/v2/new', '{"amount":1}'],
    ]);
  });

  it('is handed on when maxRedirects is 0', async () => {
    const { api, http } = await startScene(build, { maxRedirects: 0 });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    await expect(http.request({ url: `${api.origin}/v2/old` })).rejects.toMatchObject({ response: { status: 302 } });
    expect(api.requests).toHaveLength(1);
  });

  it('is followed no further than maxRedirects says', async () => {
    const { api, http } = await startScene(build, { maxRedirects: 2 });
    api.respondWith(({ path }) => ({ status: 302, headers: { location: `${path}x` } }));
    await expect(http.request({ url: `${api.origin}/v2/` })).rejects.toMatchObject({
      code: 'ERR_FR_TOO_MANY_REDIRECTS',
    });
    expect(api.requests).toHaveLength(3);
  });

  it('without end is an error', async () => {
    const { api, http } = await startScene(build);
    api.respondWith(({ path }) => ({ status: 302, headers: { location: `${path}x` } }));
    const call = http.request({ url: `${api.origin}/v2/` });
    await expect(call).rejects.toSatisfy(build.isAxiosError);
    await expect(call).rejects.toMatchObject({
      code: 'ERR_FR_TOO_MANY_REDIRECTS',
      message: textWith('redirects'),
    });
  });
});

describe('fetchOptions of a call with a token', () => {
  const [build] = builds.filter(({ name }) => name.endsWith('fetch'));

  it.each([
    ['manual', 302],
    ['error', undefined],
  ])('keep their redirect: %s', async (redirect, status) => {
    const { api, http } = await startScene(build ?? missing(), { fetchOptions: { redirect } });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    const error = await failureOf(http.request({ url: `${api.origin}/v2/old` }));
    expect(member(member(error, 'response'), 'status')).toBe(status);
    expect(api.requests).toHaveLength(1);
  });

  it('go along beside ours', async () => {
    const seen: unknown[] = [];
    const see = (input: Request, init: object): Promise<Response> => {
      seen.push(init);
      return fetch(input, init);
    };
    const { api, http } = await startScene(build ?? missing(), {
      fetchOptions: { integrity: '' },
      env: { fetch: see },
    });
    await http.request({ url: `${api.origin}/v2/invoices` });
    expect(seen).toEqual([{ integrity: '', redirect: 'manual' }]);
  });
});

function missing(): never {
  throw new Error('no build of Axios has the fetch adapter');
}

it('a redirect that a strange adapter hands back goes on from where it stands', async () => {
  const addresses: unknown[] = [];
  const adapter = async (config: Config): Promise<object> => {
    addresses.push(config.url);
    // It has followed one redirect itself, and leaves the next to us.
    const options = { protocol: 'http:', hostname: '127.0.0.1', port, path: '/v2/b', method: 'GET', headers: {} };
    call(config.beforeRedirect, undefined, options, {}, {});
    const location = addresses.length === 1 ? '/v2/c' : undefined;
    return { status: location === undefined ? 204 : 302, headers: { location }, config };
  };
  const { api, http } = await startScene(httpBuild, { adapter });
  const { port } = new URL(api.origin);
  await http.request({ url: `${api.origin}/v2/a` });
  expect(addresses).toEqual([`${api.origin}/v2/a`, `${api.origin}/v2/c`]);
});

describe.each(overHttp)('E22 a redirect, $name,', (build) => {
  it('to a subdomain, to which follow-redirects hands credentials on, carries neither', async () => {
    const { api, http } = await startScene(build, { lookup }, ({ api: origin }) => ({
      attachTo: [`${origin.replace('127.0.0.1', 'localhost')}/v2`],
    }));
    const { port } = new URL(api.origin);
    api.respondOnce({ status: 302, headers: { location: `http://sub.localhost:${port}/v2/new` } });
    await expect(http.request({ url: `http://localhost:${port}/v2/old` })).rejects.toThrow('401');
    expect(api.requests.map(ours)).toEqual([attached, bare]);
    expect(api.requests[1]?.headers['host']).toBe(`sub.localhost:${port}`);
  });

  it('is told to the caller’s beforeRedirect, which cannot give the token back', async () => {
    const seen: unknown[] = [];
    const { api, auth, elsewhere, http } = await startScene(build, {
      beforeRedirect: (options: { headers: Record<string, string>; href: string }) => {
        seen.push(options.href);
        Object.assign(options.headers, { 'x-call': 'kept', Authorization: authorization, 'x-copied': authorization });
      },
    });
    const { authorization } = await auth.client('billing').getAccessToken();
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(seen).toEqual([`${elsewhere.origin}/new`]);
    expect(elsewhere.requests.map(ours)).toEqual([bare]);
    expect(elsewhere.requests[0]?.headers).toMatchObject({ 'x-call': 'kept' });
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('x-copied');
  });

  it('may be given other credentials by the caller’s beforeRedirect', async () => {
    const { api, elsewhere, http } = await startScene(build, {
      beforeRedirect: ({ headers }: { headers: Record<string, string> }) =>
        Object.assign(headers, { authorization: 'Basic Y2FsbGVyOm93bg==' }),
    });
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(elsewhere.requests.map(ours)).toEqual([{ scheme: 'Basic', 'x-api-key': undefined }]);
  });

  it('is judged by where the caller’s beforeRedirect sends it', async () => {
    const { api, elsewhere, http } = await startScene(build, {
      beforeRedirect: (options: object) => Object.assign(options, { port: new URL(elsewhere.origin).port }),
    });
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(elsewhere.requests.map(ours)).toEqual([bare]);
  });
});

describe.each(overHttp)('E22 a redirect through a proxy, $name,', (build) => {
  it('is judged by the address behind it', async () => {
    const proxy = await startProxy();
    const { api, elsewhere, http } = await startScene(build, {
      proxy: { protocol: 'http', host: '127.0.0.1', ...proxy },
    });
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/v2/new` } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect([...api.requests, ...elsewhere.requests].map(ours)).toEqual([attached, attached, bare]);
  });
});

/** A proxy on loopback that hands on whatever it gets. */
async function startProxy(): Promise<{ readonly port: number }> {
  const proxy = createServer(({ url = '', method, headers }, response) => {
    const forwarded = request(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return { port: address.port };
}

describe('the hook before a redirect', () => {
  const url = new URL('http://api.example/v2');

  interface Asked {
    readonly asked: string[];
    readonly landed: string[];
    readonly sent: object;
  }

  function ask(
    options: object,
    mayAttach: boolean,
    carried: Partial<Pick<Hop, 'attached' | 'certificate'>> = {},
  ): Asked {
    const asked: string[] = [];
    const landed: string[] = [];
    const attached = { authorization: 'Bearer ours', ...carried.attached };
    const hop = {
      url,
      method: 'GET',
      body: false,
      removed: new Set<string>(),
      ...carried,
      attached,
      confidential: [],
      mayAttach: ({ href }: URL) => {
        asked.push(href);
        return mayAttach;
      },
      hasLeft: () => false,
    };
    const hook = beforeRedirect(hop, undefined, (landing) => landed.push(landing.url.href));
    const sent = { protocol: 'http:', port: 8080, path: '/v2', method: 'GET', headers: { ...attached }, ...options };
    hook(sent, {}, {});
    return { asked, landed, sent };
  }

  it('E21 asks for the address that is connected to', () => {
    expect(ask({ hostname: '::1' }, true).asked).toEqual(['http://[::1]:8080/v2']);
    expect(ask({ hostname: 'api.example', port: '' }, true).asked).toEqual(['http://api.example/v2']);
    expect(ask({ hostname: 'api.example', path: '//other.example/' }, true).asked).toEqual([
      'http://api.example:8080//other.example/',
    ]);
  });

  it('takes the token from an address that it cannot read', () => {
    const { asked, sent } = ask({ hostname: 'api.example', path: '' }, true);
    expect([asked, member(sent, 'headers')]).toEqual([[], {}]);
  });

  it('takes the token along with a proof, which is for another address', () => {
    const { landed, sent } = ask({ hostname: 'api.example' }, true, { attached: { dpop: 'a.proof.of-ours' } });
    expect([landed, member(sent, 'headers')]).toEqual([[], {}]);
  });

  it('takes the certificate’s agent where the token may not go, and no other', () => {
    const certificate = client;
    const ours = agentFor(certificate);
    const theirs = new Agent();
    const agentsAfter = (https: Agent, mayAttach: boolean): object => {
      const given = { hostname: 'api.example', agent: https, agents: { http: theirs, https } };
      const { sent } = ask(given, mayAttach, { certificate });
      return { agent: member(sent, 'agent'), agents: member(sent, 'agents') };
    };
    expect(agentsAfter(ours, false)).toEqual({ agent: undefined, agents: { http: theirs } });
    expect(agentsAfter(ours, true)).toEqual({ agent: ours, agents: { http: theirs, https: ours } });
    expect(agentsAfter(theirs, false)).toEqual({ agent: theirs, agents: { http: theirs, https: theirs } });
  });
});

/** A transport of the caller's that follows one redirect, as follow-redirects does. */
const followingTransport = {
  request(
    options: RequestOptions & { beforeRedirect: (...details: object[]) => void },
    callback: (res: object) => void,
  ) {
    return request(options, (res) => {
      const { location } = res.headers;
      if (location === undefined) {
        callback(res);
        return;
      }
      const { hostname, port, pathname: path } = new URL(location);
      Object.assign(options, { hostname, port, path });
      options.beforeRedirect(options, res, { headers: options.headers });
      request(options, callback).end();
    });
  },
};

it.each(overHttp)('E22 a transport of the caller’s that follows redirects asks too, $name', async (build) => {
  const { api, elsewhere, http } = await startScene(build, { transport: followingTransport });
  elsewhere.respondWith(() => ({ status: 204 }));
  api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
  await http.request({ url: `${api.origin}/v2/old` });
  expect([...api.requests, ...elsewhere.requests].map(ours)).toEqual([attached, bare]);
});
