import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { member } from '../src/member.ts';
import { type Build, builds, type Config } from './builds.ts';
import { failureOf, type Scene, startScene } from './scene.ts';

/** A scene whose tokens are bound to a key, and whose API takes everything. */
async function startProving(build: Build, config: Config = {}): Promise<Scene> {
  const scene = await startScene(build, config, () => ({ dpop: true }));
  scene.server.respondWith(() => ({ body: { access_token: randomUUID(), token_type: 'DPoP', expires_in: 3600 } }));
  scene.api.respondWith(() => ({ status: 200 }));
  scene.elsewhere.respondWith(() => ({ status: 204 }));
  return scene;
}

/** What the proof of a request is for. */
function provedFor(headers: Readonly<Record<string, string>>): unknown {
  const [, claims = ''] = (headers['dpop'] ?? '').split('.');
  if (claims === '') return undefined;
  const value: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return member(value, 'htu');
}

describe.each(builds)('E22 a redirect of a call with a proof, $name,', (build) => {
  it('is followed with a proof for each address, and no further than maxRedirects says', async () => {
    const { api, http } = await startProving(build, { maxRedirects: 2 });
    api.respondWith(({ path }) => ({ status: 302, headers: { location: `${path}x` } }));
    const error = await failureOf(http.request({ url: `${api.origin}/v2/` }));
    expect(error).toSatisfy(build.isAxiosError);
    expect(error).toMatchObject({ code: 'ERR_FR_TOO_MANY_REDIRECTS', message: 'Maximum number of redirects exceeded' });
    expect(api.requests.map(({ headers }) => provedFor(headers))).toEqual(
      ['/v2/', '/v2/x', '/v2/xx'].map((path) => api.origin + path),
    );
  });

  it('is followed as often as maxRedirects says, however often a request is sent again', async () => {
    const { api, http } = await startProving(build, { maxRedirects: 1 });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'a-nonce' };
    for (const answer of [{ status: 401, headers }, { status: 401 }]) api.respondOnce(answer);
    expect((await http.request({ url: `${api.origin}/v2/old` })).status).toBe(200);
    expect(api.requests.map(({ path }) => path)).toEqual(['/v2/old', '/v2/new', '/v2/new', '/v2/new']);
  });

  it('is handed on when maxRedirects is 0', async () => {
    const { api, http } = await startProving(build, { maxRedirects: 0 });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    await expect(http.request({ url: `${api.origin}/v2/old` })).rejects.toMatchObject({ response: { status: 302 } });
    expect(api.requests).toHaveLength(1);
  });

  it('sends a body on, and after a refused token again', async () => {
    const { api, http } = await startProving(build);
    api.respondOnce({ status: 307, headers: { location: '/v2/new' } });
    api.respondOnce({ status: 401 });
    await http.request({ url: `${api.origin}/v2/old`, method: 'post', data: { amount: 1 } });
    expect(api.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/v2/old', '{"amount":1}'],
      ['/v2/new', '{"amount":1}'],
      ['/v2/new', '{"amount":1}'],
    ]);
    expect(new Set(api.requests.map(({ headers }) => headers['authorization'])).size).toBe(2);
  });

  it('takes nothing out of attachTo, and brings nothing back', async () => {
    const { api, elsewhere, http } = await startProving(build);
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/away` } });
    elsewhere.respondOnce({ status: 302, headers: { location: `${api.origin}/v2/back` } });
    await http.request({ url: `${api.origin}/v2/old` });
    const sent = [...elsewhere.requests, ...api.requests.slice(1)].map(({ headers }) => headers);
    expect(sent).toHaveLength(2);
    for (const name of ['authorization', 'dpop', 'x-api-key']) {
      expect(sent.map((headers) => headers[name])).toEqual([undefined, undefined]);
    }
  });

  it('keeps the caller’s sensitiveHeaders on their origin', async () => {
    const { api, elsewhere, http } = await startProving(build, { sensitiveHeaders: ['X-Own'] });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/there` } });
    await http.request({ url: `${api.origin}/v2/old`, headers: { 'x-own': 'mine', 'x-other': 'kept' } });
    const [away] = elsewhere.requests;
    expect(api.requests.map(({ headers }) => headers['x-own'])).toEqual(['mine', 'mine']);
    expect([away?.headers['x-own'], away?.headers['x-other']]).toEqual([undefined, 'kept']);
  });

  // The fetch adapter of 1.7 doesn't know it.
  it.skipIf(build.name.startsWith('Axios 1.7') && build.name.endsWith('fetch'))(
    'holds the limit of maxBodyLength',
    async () => {
      const { api, http } = await startProving(build, { maxBodyLength: 10 });
      const call = http.request({ url: `${api.origin}/v2/`, method: 'post', data: 'x'.repeat(11) });
      await expect(call).rejects.toThrow('larger than maxBodyLength');
      expect(api.requests).toEqual([]);
    },
  );

  it('tells in the response where it came from', async () => {
    const { api, http } = await startProving(build);
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    const { request } = await http.request({ url: `${api.origin}/v2/old` });
    const last = build.name.endsWith('fetch') ? member(request, 'url') : member(member(request, 'res'), 'responseUrl');
    expect(last).toBe(`${api.origin}/v2/new`);
  });

  it('cannot follow 307 with a stream that was read', async () => {
    const { api, http } = await startProving(build);
    api.respondOnce({ status: 307, headers: { location: '/v2/new' } });
    const data = Readable.from([Buffer.from('once')]);
    const error = await failureOf(http.request({ url: `${api.origin}/v2/old`, method: 'post', data }));
    expect(error).toMatchObject({ code: 'ERR_FR_REDIRECTION_FAILURE' });
    expect(api.requests.map(({ body }) => body)).toEqual(['once']);
  });
});

it('fetchOptions of a call with a proof keep their redirect: error', async () => {
  const overFetch = builds.filter(({ name }) => name.endsWith('fetch'));
  expect(overFetch).not.toEqual([]);
  for (const build of overFetch) {
    const { api, http } = await startProving(build, { fetchOptions: { redirect: 'error' } });
    api.respondOnce({ status: 302, headers: { location: '/v2/new' } });
    const error = await failureOf(http.request({ url: `${api.origin}/v2/old` }));
    expect([member(error, 'code'), member(error, 'response')]).toEqual(['ERR_NETWORK', undefined]);
    expect(api.requests).toHaveLength(1);
  }
});
