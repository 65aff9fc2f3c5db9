import { describe, expect, it } from 'vitest';
import { builds, type Config, http as build } from './builds.ts';
import { apiKey, failureOf, startScene } from './scene.ts';
import { textWith } from './text-with.ts';

const hasToken = ({ headers }: { readonly headers: Readonly<Record<string, string>> }): boolean =>
  'authorization' in headers || 'x-api-key' in headers;

describe.each(builds)('E21 $name', (build) => {
  it('attaches by the address that baseURL and url make together', async () => {
    const { api, http } = await startScene(build);
    const baseURL = `${api.origin}/v2`;
    const params = { page: 2, name: "O'Brien & Söhne" };
    await http.request({ baseURL, url: '/invoices', params });
    await http.request({ url: `${baseURL}/invoices`, params });
    expect(api.requests.map(hasToken)).toEqual([true, true]);
    for (const { path } of api.requests) {
      const { pathname, searchParams } = new URL(`http://x${path}`);
      expect([pathname, ...searchParams]).toEqual(['/v2/invoices', ['page', '2'], ['name', "O'Brien & Söhne"]]);
    }
  });

  it('sends params in the spelling that Axios gives them', async () => {
    const { api, elsewhere, http, detach } = await startScene(build);
    for (const each of [api, elsewhere]) each.respondWith(() => ({ status: 204 }));
    const paramsSerializer = { serialize: () => "raw='[a]|{b}" };
    for (const attached of [true, false]) {
      if (!attached) detach();
      for (const baseURL of [`${api.origin}/v2?a='1'`, `${elsewhere.origin}/v2`]) {
        await http.request({ baseURL, url: '', params: { q: "it's", at: 'a:b,c' } });
        await http.request({ url: `${baseURL}#top`, params: { q: "it's" }, paramsSerializer });
      }
    }
    for (const { requests } of [api, elsewhere]) {
      const paths = requests.map(({ path }) => path);
      expect(paths.slice(0, 2)).toEqual(paths.slice(2));
    }
    expect(api.requests.map(hasToken)).toEqual([true, true, false, false]);
  });

  it('attaches nothing to an absolute URL outside, whatever the baseURL', async () => {
    const { api, elsewhere, http } = await startScene(build);
    elsewhere.respondWith(() => ({ status: 204 }));
    api.respondWith(() => ({ status: 204 }));
    const baseURL = `${api.origin}/v2`;
    await http.request({ baseURL, url: `${elsewhere.origin}/v2/invoices` });
    await http.request({ baseURL, url: `${api.origin}/v1/invoices` });
    await http.request({ baseURL, url: '../v1/invoices' });
    await http.request({ baseURL, url: '/%2e%2e/v1/invoices' });
    expect([...elsewhere.requests, ...api.requests].map(hasToken)).toEqual([false, false, false, false]);
    expect(api.requests.map(({ path }) => path)).toEqual(['/v1/invoices', '/v1/invoices', '/v1/invoices']);
  });

  it('attaches nothing to a protocol-relative URL that leads elsewhere, whatever the baseURL', async () => {
    const { api, elsewhere, http, detach } = await startScene(build, { validateStatus: null });
    for (const each of [api, elsewhere]) each.respondWith(() => ({ status: 204 }));
    const call = { baseURL: `${api.origin}/v2`, url: elsewhere.origin.replace('http:', '') + '/v2/invoices' };
    // What Axios makes of one without a browser around it is an error in most versions.
    const outcomes = [];
    for (const attached of [true, false]) {
      if (!attached) detach();
      outcomes.push(await http.request(call).then(({ status }) => status, String));
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(elsewhere.requests.map(hasToken)).not.toContain(true);
    expect(api.requests.filter(hasToken).every(({ path }) => path.startsWith('/v2/'))).toBe(true);
  });

  it('sends to the address that was looked at, in upper case too', async () => {
    const { api, http } = await startScene(build);
    await http.request({ url: `${api.origin.replace('http', 'HTTP')}/v2/a/../invoices` });
    expect(api.requests.map(({ path }) => path)).toEqual(['/v2/invoices']);
    expect(api.requests.map(hasToken)).toEqual([true]);
  });

  it('sends to the baseURL and never twice to it, with allowAbsoluteUrls off', async () => {
    const { api, http } = await startScene(build, { baseURL: 'http://nowhere.invalid', allowAbsoluteUrls: false });
    await http.request({ baseURL: `${api.origin}/v2`, url: 'invoices' });
    expect(api.requests.map(({ path }) => path)).toEqual(['/v2/invoices']);
  });

  it('takes a baseURL that an interceptor has changed', async () => {
    const { api, elsewhere, http } = await startScene(build, { baseURL: 'http://nowhere.invalid' });
    elsewhere.respondWith(() => ({ status: 204 }));
    http.interceptors.request.use((config) => Object.assign(config, { baseURL: elsewhere.origin }), undefined, {
      synchronous: true,
    });
    await http.request({ url: '/v2/invoices' });
    expect(elsewhere.requests.map(hasToken)).toEqual([false]);
    expect(api.requests).toHaveLength(0);
  });
});

describe.each(builds)('E23 $name', (build) => {
  it('refuses auth beside a token, before anything is sent', async () => {
    const { api, http } = await startScene(build);
    const auth = { username: 'caller', password: 'own' };
    const error = await failureOf(http.request({ url: `${api.origin}/v2/invoices`, auth }));
    expect(error).toMatchObject({
      code: 'invalid_call',
      message: textWith('config has auth'),
    });
    expect(api.requests).toHaveLength(0);
  });

  it('leaves auth to calls that no client covers, and to those that want no token', async () => {
    const { api, elsewhere, http } = await startScene(build, { validateStatus: () => true });
    const auth = { username: 'caller', password: 'own' };
    await http.request({ url: elsewhere.origin, auth });
    await http.request({ url: `${api.origin}/v2/invoices`, auth, outboundAuth: false });
    expect([...elsewhere.requests, ...api.requests].map(({ headers }) => headers['authorization'])).toEqual([
      'Basic Y2FsbGVyOm93bg==',
      'Basic Y2FsbGVyOm93bg==',
    ]);
  });

  it('refuses user info in the address', async () => {
    const { api, http } = await startScene(build);
    const url = `${api.origin.replace('//', '//caller:own@')}/v2/invoices`;
    await expect(http.request({ url })).rejects.toMatchObject({ code: 'invalid_call' });
    expect(api.requests).toHaveLength(0);
  });

  it('takes an Authorization header of null or false for none', async () => {
    const { api, http } = await startScene(build);
    for (const Authorization of [null, false]) {
      await http.request({ url: `${api.origin}/v2/invoices`, headers: { Authorization } });
    }
    expect(api.requests.map(hasToken)).toEqual([true, true]);
  });

  it('leaves the caller’s own header for an API key alone', async () => {
    const { api, http } = await startScene(build);
    await http.request({ url: `${api.origin}/v2/invoices`, headers: { 'X-API-Key': 'mine' } });
    expect(api.requests[0]?.headers['x-api-key']).toBe('mine');
  });
});

describe.each(builds.filter(({ name }) => name.endsWith('http')))('a socketPath, $name,', (build) => {
  it('is refused with a covered address, which would not tell who gets the token', async () => {
    const { api, http } = await startScene(build);
    const error = await failureOf(http.request({ url: `${api.origin}/v2/invoices`, socketPath: '/nowhere.sock' }));
    expect(error).toMatchObject({ code: 'invalid_call', message: textWith('socketPath') });
  });

  it('is nobody’s business with another one', async () => {
    const { http, detach } = await startScene(build);
    const call = { url: 'http://other.example/', socketPath: '/nowhere.sock' };
    await expect(http.request(call)).rejects.toMatchObject({ code: 'ENOENT' });
    // Not every version of Axios takes a path alone.
    const attached = await failureOf(http.request({ ...call, url: '/containers/json' }));
    detach();
    const detached = await failureOf(http.request({ ...call, url: '/containers/json' }));
    expect(String(attached)).toBe(String(detached));
  });
});

it('a path without a baseURL is an error of Axios, as ever', async () => {
  const { http, detach } = await startScene(build);
  const attached = await failureOf(http.request({ url: '/invoices' }));
  detach();
  const detached = await failureOf(http.request({ url: '/invoices' }));
  expect(String(attached)).toBe(String(detached));
});

it('a path without a baseURL is refused to a client that is named', async () => {
  const { http } = await startScene(build);
  const call = http.request({ url: '/invoices', outboundAuth: { client: 'billing' } });
  await expect(call).rejects.toMatchObject({ code: 'outside_attach_to' });
});

it('a strange adapter gets the address of a call that no client covers as it was given', async () => {
  const { elsewhere, http } = await startScene(build);
  const given = { baseURL: elsewhere.origin.replace('http', 'HTTP'), url: '/a/../b', params: { q: "it's" } };
  const configs: Config[] = [];
  const adapter = async (config: Config): Promise<object> => {
    configs.push(config);
    return { status: 204, headers: {}, config };
  };
  await http.request({ ...given, adapter });
  expect(configs).toEqual([expect.objectContaining(given)]);
});

it('a strange adapter gets a config as Axios would give it, but for the token', async () => {
  const { api, http } = await startScene(build, { baseURL: 'http://nowhere.invalid' });
  const configs: Config[] = [];
  const adapter = async (config: Config): Promise<object> => {
    configs.push(config);
    return { status: 204, headers: {}, config };
  };
  const url = `${api.origin}/v2/invoices`;
  await http.request({ url, method: 'POST', data: { a: 1 }, adapter, headers: { 'x-call': 'kept' } });
  expect(configs).toEqual([expect.objectContaining({ url, method: 'post', data: '{"a":1}', adapter })]);
  expect({ ...Object(configs[0]?.headers) }).toMatchObject({ 'x-call': 'kept', 'x-api-key': apiKey });
});
