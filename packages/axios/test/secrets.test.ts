import { exposedSecrets } from '@outbound-auth/testing';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Answer, builds } from './builds.ts';
import { failureOf, type Scene, startScene } from './scene.ts';
import { textWith } from './text-with.ts';

/** Fails if anything of the client can be found in a value, however deep. */
function expectClean(value: unknown, { secrets }: Scene): void {
  expect(secrets()).not.toHaveLength(2);
  expect(exposedSecrets(value, secrets())).toEqual([]);
  const toJSON: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'toJSON') : undefined;
  if (typeof toJSON === 'function') expect(exposedSecrets(Reflect.apply(toJSON, value, []), secrets())).toEqual([]);
  expect(exposedSecrets(clonedMembers(value), secrets())).toEqual([]);
}

/** What another thread would be given: of a config with functions, its other members. */
function clonedMembers(value: unknown): unknown[] {
  const members: unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return [value, ...members].map((each): unknown => {
    try {
      return structuredClone(each);
    } catch {
      return undefined;
    }
  });
}

describe.each(builds)('E25 $name shows no token', (build) => {
  it('in a response', async () => {
    const scene = await startScene(build);
    const response = await scene.http.request({ url: `${scene.api.origin}/v2/invoices` });
    // The API tells what it was sent, the token too.
    expectClean({ ...response, data: undefined }, scene);
  });

  it('in the error of a status that the caller refuses', async () => {
    const scene = await startScene(build);
    scene.api.respondWith(() => ({ status: 500 }));
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices` }));
    expect(error).toSatisfy(build.isAxiosError);
    expect(error).toMatchObject({ response: { status: 500 } });
    expectClean(error, scene);
  });

  it('in the error of a second 401', async () => {
    const scene = await startScene(build);
    scene.api.respondWith(() => ({ status: 401 }));
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices` }));
    expect(error).toMatchObject({ response: { status: 401 } });
    expectClean(error, scene);
  });

  it('in the error of a connection that breaks', async () => {
    const scene = await startScene(build);
    scene.api.respondOnce({ fault: 'reset' });
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices` }));
    expect(error).toSatisfy(build.isAxiosError);
    expectClean(error, scene);
  });

  it('in the error of a body that breaks off', async () => {
    const scene = await startScene(build);
    scene.api.respondOnce({ fault: 'truncate', status: 401, body: 'x'.repeat(1000) });
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices` }));
    expect(error).toSatisfy(build.isAxiosError);
    expectClean(error, scene);
    expect(scene.api.requests).toHaveLength(1);
  });

  it('in the errors of a time-out and of a caller who gives up', async () => {
    const scene = await startScene(build);
    const url = `${scene.api.origin}/v2/invoices`;
    await scene.http.request({ url });
    scene.api.respondWith(() => ({ fault: 'hang' }));
    const late = await failureOf(scene.http.request({ url, timeout: 50 }));
    // 1.7 says "timeout 50 of ms exceeded" over fetch.
    expect(late).toMatchObject({ message: textWith(/^timeout .*ms exceeded$/) });
    expectClean(late, scene);
    const caller = new AbortController();
    const call = failureOf(scene.http.request({ url, signal: caller.signal }));
    await scene.api.waitForRequests(3);
    caller.abort();
    const given = await call;
    expect(given).toSatisfy(build.isCancel);
    expectClean(given, scene);
  });

  it('in the error of a token that cannot be had', async () => {
    const scene = await startScene(build);
    await scene.auth.client('billing').getAccessToken({ scope: 'other' });
    scene.server.respondWith(() => ({ status: 400, body: { error: 'invalid_scope' } }));
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices` }));
    expect(error).toMatchObject({ code: 'token_request_refused' });
    expectClean(error, scene);
  });

  it('in a stream, of a response or of an error', async () => {
    const scene = await startScene(build, { responseType: 'stream' });
    const url = `${scene.api.origin}/v2/invoices`;
    scene.api.respondOnce({ status: 200, body: 'streamed' });
    const response = await scene.http.request({ url });
    expectClean(response, scene);
    expect(await textOf(response)).toBe('streamed');
    scene.api.respondOnce({ status: 500, body: 'broken' });
    const error = await failureOf(scene.http.request({ url }));
    expectClean(error, scene);
  });

  it('in the error of a stream that is given up while it is read', async () => {
    const scene = await startScene(build, { responseType: 'stream' });
    scene.api.respondWith(() => ({ status: 200, body: 'x'.repeat(10_000_000) }));
    const controller = new AbortController();
    const url = `${scene.api.origin}/v2/invoices`;
    const { data } = await scene.http.request({ url, signal: controller.signal });
    if (!(data instanceof Readable)) return;
    const failed = new Promise((resolve) => data.once('error', resolve));
    data.once('data', () => {
      controller.abort();
    });
    expectClean(await failed, scene);
  });

  it('in what a strange adapter says of its request', async () => {
    const scene = await startScene(build);
    const adapter = async (config: unknown): Promise<never> => {
      const { accessToken } = scene.server.issuedTokens[0] ?? {};
      throw Object.assign(new Error(`no match for ${accessToken} in ${inspect(config)}`), { config });
    };
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices`, adapter }));
    expect(error).toMatchObject({ message: textWith('no match for') });
    expectClean(error, scene);
  });

  it('in the causes of an error', async () => {
    const scene = await startScene(build);
    const adapter = async (config: object): Promise<never> => {
      const cause = Object.assign(new Error('inner'), { config, request: { _header: inspect(config) } });
      throw new Error('outer', { cause: new Error('middle', { cause }) });
    };
    const error = await failureOf(scene.http.request({ url: `${scene.api.origin}/v2/invoices`, adapter }));
    expect(error).toMatchObject({ cause: { cause: { message: 'inner' } } });
    expectClean(error, scene);
  });

  it('but says what was asked, by which request, and where the answer came from', async () => {
    const scene = await startScene(build);
    const url = `${scene.api.origin}/v2/invoices`;
    const headers = { 'x-call': 'kept' };
    const response = await scene.http.request({ url, method: 'post', data: { a: 1 }, headers });
    expect(response.config).toMatchObject({ url, method: 'post', data: '{"a":1}', headers });
    const asked = build.name.endsWith('fetch')
      ? { method: 'POST', url }
      : { method: 'POST', path: '/v2/invoices', protocol: 'http:', res: { responseUrl: url, statusCode: 200 } };
    expect(response.request).toMatchObject(asked);
    scene.api.respondOnce({ fault: 'reset' });
    const error = await failureOf(scene.http.request({ url, method: 'post', headers }));
    expect(error).toMatchObject({ config: { url, headers }, request: { method: 'POST' } });
  });

  it('of other calls on the same agent, after a redirect out of attachTo', async () => {
    const scene = await startScene(build, { responseType: 'stream' });
    const { api, elsewhere, http } = scene;
    const url = `${api.origin}/v2/old`;
    // Its connection is in use for as long as nobody reads it.
    api.respondOnce({ status: 200, body: 'x'.repeat(10_000_000) });
    const other = await http.request({ url: `${api.origin}/v2/other` });
    for (const status of [200, 500]) {
      api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
      elsewhere.respondOnce({ status, body: 'from elsewhere' });
      const response = await http.request({ url, validateStatus: null });
      expectClean(response, scene);
      expect(await textOf(response)).toBe('from elsewhere');
      api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/new` } });
      elsewhere.respondOnce({ fault: 'reset' });
      expectClean(await failureOf(http.request({ url })), scene);
    }
    await textOf(other);
  });

  it('and gives back the real request of a call without one', async () => {
    const { elsewhere, http } = await startScene(build);
    elsewhere.respondWith(() => ({ status: 204 }));
    const { request } = await http.request({ url: elsewhere.origin });
    expect(request).toSatisfy((real: object) => 'getHeader' in real || real instanceof Request);
  });
});

async function textOf({ data }: Answer): Promise<string> {
  if (data instanceof ReadableStream) return text(data);
  if (data instanceof Readable) return text(data);
  throw new Error('the response is no stream');
}
