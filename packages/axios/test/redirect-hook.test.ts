import debug from 'debug';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { member } from '../src/member.ts';
import { type Build, builds, type Config } from './builds.ts';
import { client, server as tlsServer, startBilling, startTlsApi } from './certificates.ts';
import { failureOf, type Scene, startScene } from './scene.ts';
import { textWith } from './text-with.ts';

type Options = Record<string, unknown> & { readonly headers: Record<string, unknown> };

const overHttp = builds.filter(({ name }) => name.endsWith('http'));
const overFetch = builds.filter(({ name }) => name.endsWith('fetch'));
const authorization = ({ headers }: { readonly headers: Readonly<Record<string, string>> }): unknown =>
  headers['authorization'];

/** A scene whose API and whose neighbour take everything. */
async function startRedirecting(build: Build, config: Config, dpop = false): Promise<Scene> {
  const scene = await startScene(build, config, () => ({ dpop }));
  if (dpop) {
    scene.server.respondWith(() => ({ body: { access_token: 'bound', token_type: 'DPoP', expires_in: 3600 } }));
  }
  for (const api of [scene.api, scene.elsewhere]) api.respondWith(() => ({ status: 200 }));
  return scene;
}

describe.each(overHttp)('the caller’s beforeRedirect, $name,', (build) => {
  it.each(['Bearer', 'DPoP'])('is told what Axios tells without us, with a token of type %s', async (type) => {
    const calls: unknown[][] = [];
    const keep = (options: Options, response: object, request: object): void => {
      // Of the many options that follow-redirects has, those that say what is sent, and where.
      const { href, protocol, hostname, port, path, pathname, search, method } = options;
      const place = { href, protocol, hostname, port: String(port), path, pathname, search, method };
      calls.push([place, names(options.headers), member(response, 'statusCode'), location(response), plain(request)]);
    };
    const { api, http, detach } = await startRedirecting(build, { beforeRedirect: keep }, type === 'DPoP');
    const call = { url: `${api.origin}/v2/old?page=1`, method: 'post', data: { amount: 1 } };
    for (const attached of [true, false]) {
      if (!attached) detach();
      api.respondOnce({ status: 303, headers: { location: '/v2/new?page=2' } });
      await http.request(call);
    }
    const [withUs, without] = calls;
    expect(calls).toHaveLength(2);
    expect(withUs?.slice(0, 4)).toEqual(without?.slice(0, 4));
    // Older versions of Axios keep the request to themselves.
    expect([withUs?.[4], undefined]).toContainEqual(without?.[4]);
    expect(withUs?.[0]).toMatchObject({ href: `${api.origin}/v2/new?page=2`, method: 'GET' });
  });

  it('changes the headers that go along, also when the request is sent again', async () => {
    const { api, http } = await startRedirecting(build, {
      beforeRedirect: ({ headers }: Options) => Object.assign(headers, { 'x-call': 'set by the hook' }),
    });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    api.respondOnce({ status: 401 });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(api.requests.map(({ path, headers }) => [path, headers['x-call']])).toEqual([
      ['/v2/old', undefined],
      ['/v2/new', 'set by the hook'],
      ['/v2/new', 'set by the hook'],
    ]);
    expect(new Set(api.requests.slice(1).map(authorization)).size).toBe(2);
  });

  it('gives Basic credentials by auth, as Node takes it', async () => {
    const { api, elsewhere, http } = await startRedirecting(build, {
      beforeRedirect: (options: object) => Object.assign(options, { auth: 'caller:own' }),
    });
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(elsewhere.requests.map(authorization)).toEqual(['Basic Y2FsbGVyOm93bg==']);
  });

  it('ends the call with what it throws', async () => {
    const { api, http } = await startRedirecting(build, {
      beforeRedirect: () => {
        throw new Error('not there');
      },
    });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    const error = await failureOf(http.request({ url: `${api.origin}/v2/old` }));
    expect(error).toSatisfy(build.isAxiosError);
    expect(error).toMatchObject({
      code: 'ERR_FR_REDIRECTION_FAILURE',
      message: textWith('not there'),
    });
    expect(api.requests).toHaveLength(1);
  });

  it('ends the call when it leaves no address', async () => {
    const { api, http } = await startRedirecting(build, {
      beforeRedirect: (options: object) => Object.assign(options, { hostname: '' }),
    });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    await expect(http.request({ url: `${api.origin}/v2/old` })).rejects.toThrow('beforeRedirect has left no address');
  });

  it('is not asked about more redirects than maxRedirects', async () => {
    const asked: unknown[] = [];
    const { api, http } = await startRedirecting(build, {
      maxRedirects: 1,
      beforeRedirect: ({ path }: Options) => asked.push(path),
    });
    api.respondWith(({ path }) => ({ status: 302, headers: { location: `${path}x` } }));
    await expect(http.request({ url: `${api.origin}/v2/` })).rejects.toMatchObject({
      code: 'ERR_FR_TOO_MANY_REDIRECTS',
    });
    expect(asked).toEqual(['/v2/x']);
  });

  it('E22 takes a call with a proof to another address without it, for the proof is for the first', async () => {
    const { api, http } = await startRedirecting(
      build,
      { beforeRedirect: (options: object) => Object.assign(options, { path: '/v2/other' }) },
      true,
    );
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(api.requests.map(({ path, headers }) => [path, headers['authorization'], 'dpop' in headers])).toEqual([
      ['/v2/old', 'DPoP bound', true],
      ['/v2/other', undefined, false],
    ]);
  });

  it('E22 moves the address that the next relative redirect starts from', async () => {
    const { api, elsewhere, http } = await startRedirecting(build, {
      beforeRedirect: (options: Options) => {
        if (options['path'] === '/v2/new')
          Object.assign(options, { port: new URL(elsewhere.origin).port, path: '/a/b' });
      },
    });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    for (const location of ['Zo\u00c3\u00ab?page=2', '/last'])
      elsewhere.respondOnce({ status: 302, headers: { location } });
    await http.request({ url: `${api.origin}/v2/old` });
    expect(api.requests.map(({ path }) => path)).toEqual(['/v2/old']);
    expect(elsewhere.requests.map(({ path }) => path)).toEqual(['/a/b', '/a/Zo%C3%AB?page=2', '/last']);
    expect(elsewhere.requests.map(authorization)).toEqual([undefined, undefined, undefined]);
  });

  it('E22 takes no certificate out of attachTo', async () => {
    const api = await startTlsApi();
    const elsewhere = await startTlsApi();
    const { auth } = await startBilling(api, () => ({ ...client, ca: tlsServer.cert }));
    const http = build.create({
      beforeRedirect: (options: object) => Object.assign(options, { port: new URL(elsewhere.origin).port }),
    });
    attachOutboundAuth(http, auth);
    const error = await failureOf(http.request({ url: `${api.origin}/v2/old?/v2/new` }));
    // Neither does the trust go along that came with it.
    expect(String(error)).toMatch(/self.signed/i);
    expect([...api.seen, ...elsewhere.seen].map(({ shown }) => shown)).toEqual(['orders']);
  });
});

it.each(overFetch)('no beforeRedirect is called over fetch, as ever: $name', async (build) => {
  const beforeRedirect = vi.fn();
  const { api, http, detach } = await startRedirecting(build, { beforeRedirect });
  for (const attached of [true, false]) {
    if (!attached) detach();
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    expect((await http.request({ url: `${api.origin}/v2/old` })).status).toBe(200);
  }
  expect(beforeRedirect).not.toHaveBeenCalled();
});

describe.each(overHttp)('E25 what follow-redirects logs, $name,', (build) => {
  it.each<[string, () => Config]>([
    ['a call', () => ({})],
    ['a stream', () => ({ method: 'post', data: Readable.from([Buffer.from('sent')]) })],
    ['a call with a hook', () => ({ beforeRedirect: () => undefined })],
  ])('has no token of %s', async (_what, config) => {
    const written: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    debug.enable('*');
    onTestFinished(() => {
      debug.disable();
      write.mockRestore();
    });
    const { api, http, secrets, detach } = await startScene(build);
    api.respondWith(() => ({ status: 200 }));
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    await http.request({ url: `${api.origin}/v2/old`, ...config() });
    const [, , token = ''] = secrets();
    expect(token).not.toBe('');
    expect(written.join('')).not.toContain(token);
    // It does log: of calls without us.
    detach();
    await http.request({ url: `${api.origin}/v2/new`, headers: { authorization: `Bearer ${token}` } });
    expect(written.join('')).toContain(token);
  });
});

function names(headers: object): string[] {
  const ours = ['authorization', 'dpop', 'x-api-key'];
  const belowUs = ['user-agent', 'accept-encoding'];
  return Object.keys(headers)
    .map((name) => name.toLowerCase())
    .filter((name) => !ours.includes(name) && !belowUs.includes(name))
    .sort();
}

function location(response: unknown): unknown {
  return member(member(response, 'headers'), 'location');
}

function plain(request: unknown): object | undefined {
  return request === undefined ? undefined : { url: member(request, 'url'), method: member(request, 'method') };
}
