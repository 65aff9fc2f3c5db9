import { describe, expect, it } from 'vitest';
import { apiKey, startScene } from './scene.ts';

const seen = (requests: readonly { headers: Readonly<Record<string, string | undefined>> }[]) =>
  requests.map(({ headers }) => [headers['authorization'] !== undefined, headers['x-api-key'] !== undefined]);

describe('auth.fetch', () => {
  it('sends what fetch would: method, headers and body, from text, URL and Request', async () => {
    const { api, auth } = await startScene();
    const url = `${api.origin}/v2/a?b=c`;
    const headers = { 'x-mine': 'yes', 'content-type': 'text/plain' };
    await auth.fetch(url, { method: 'put', headers, body: 'ä' });
    await auth.fetch(new URL(url), { method: 'PUT', headers, body: new TextEncoder().encode('ä') });
    await auth.fetch(new Request(url, { method: 'PUT', headers, body: 'ä' }));
    await auth.fetch(new Request(url, { method: 'POST', body: 'not this' }), { method: 'PUT', headers, body: 'ä' });
    expect(api.requests).toHaveLength(4);
    for (const request of api.requests) {
      expect(request).toMatchObject({ method: 'PUT', path: '/v2/a?b=c', body: 'ä' });
      expect(request.headers).toMatchObject({ ...headers, 'x-api-key': apiKey, 'content-length': '2' });
    }
  });

  it('E18 sends a Request with a body once, and one without again', async () => {
    const { server, api, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    server.revokeAll();
    const withBody = new Request(`${api.origin}/v2/a`, { method: 'POST', body: 'x' });
    expect((await auth.fetch(withBody)).status).toBe(401);
    server.revokeAll();
    expect((await auth.fetch(new Request(`${api.origin}/v2/a`))).status).toBe(200);
  });

  it('E18 sends every replayable body again byte for byte', async () => {
    const { server, api, auth } = await startScene();
    const form = new URLSearchParams({ a: 'ä b' });
    for (const body of ['text ä', form, new TextEncoder().encode('bytes'), new Blob(['blob'])]) {
      server.revokeAll();
      const before = api.requests.length;
      expect((await auth.fetch(`${api.origin}/v2/a`, { method: 'POST', body })).status).toBe(200);
      const sent = api.requests.slice(before);
      expect(new Set(sent.map((request) => request.body))).toEqual(new Set([await new Response(body).text()]));
    }
    expect(server.requests.length).toBeGreaterThanOrEqual(4);
  });

  it('goes where its URL pointed when it was called, whatever becomes of it while a token is waited for', async () => {
    const { server, api, elsewhere, auth } = await startScene();
    const gate = server.hold();
    const url = new URL(`${api.origin}/v2/a`);
    const call = auth.fetch(url);
    await server.waitForRequests(1);
    url.href = `${elsewhere.origin}/v2/b`;
    gate.release();
    expect((await call).status).toBe(200);
    expect([api.requests.map(({ path }) => path), elsewhere.requests.length]).toEqual([['/v2/a'], 0]);
  });

  it('sends a header that was set twice as one list, and its own DPoP proof in the place of the caller’s', async () => {
    const { server, api, auth } = await startScene({ dpop: true });
    server.respondWith(() => ({ status: 200, body: { access_token: 'a', token_type: 'DPoP', expires_in: 3600 } }));
    api.respondWith(() => ({ status: 200 }));
    const headers: [string, string][] = [
      ['X-Mine', 'one'],
      ['x-mine', 'two'],
      ['DPoP', 'of the caller'],
    ];
    await auth.fetch(`${api.origin}/v2/a`, { headers });
    expect(api.requests[0]?.headers['x-mine']).toBe('one, two');
    expect(api.requests[0]?.headers['dpop']).toMatch(/^ey[^ ,]+$/);
  });

  it('takes the client and the parameters from the call', async () => {
    const { server, api, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`, { outboundAuth: { scope: 'write', resource: api.origin } });
    await auth.fetch(`${api.origin}/v2/a`, { outboundAuth: { client: 'billing' } });
    await auth
      .client('billing')
      .fetch(`${api.origin}/v2/a`, { outboundAuth: { scope: 'write', resource: api.origin } });
    expect(server.requests.map(({ body }) => body)).toEqual([
      expect.stringContaining(`scope=write&resource=${encodeURIComponent(api.origin)}`),
      'grant_type=client_credentials',
    ]);
  });

  it('attaches nothing when the call says so', async () => {
    const { server, api, events, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`, { outboundAuth: false });
    expect(seen(api.requests)).toEqual([[false, false]]);
    expect([server.requests.length, events.length]).toEqual([0, 0]);
  });

  it('ends by the caller’s signal, from init and from a Request', async () => {
    const { server, api, auth } = await startScene();
    const gate = server.hold();
    const calls = [
      auth.fetch(`${api.origin}/v2/a`, { signal: AbortSignal.abort(new Error('by init')) }),
      auth.fetch(new Request(`${api.origin}/v2/a`, { signal: AbortSignal.abort(new Error('by request')) })),
    ];
    await expect(calls[0]).rejects.toThrow('by init');
    await expect(calls[1]).rejects.toThrow('by request');
    gate.release();
  });

  it('E38 looks the global fetch up when it is called', async () => {
    const { api, auth } = await startScene();
    await auth.client('billing').getAccessToken();
    const real = globalThis.fetch;
    globalThis.fetch = async () => new Response('mocked');
    try {
      expect(await (await auth.fetch(`${api.origin}/v2/a`)).text()).toBe('mocked');
    } finally {
      globalThis.fetch = real;
    }
  });
});

describe('E22 redirects', () => {
  it('inside attachTo carry the token and the API key', async () => {
    const { api, auth } = await startScene();
    api.respondOnce({ status: 302, headers: { location: '/v2/b' } });
    const response = await auth.fetch(`${api.origin}/v2/a`);
    expect([response.status, response.redirected, response.url]).toEqual([200, true, `${api.origin}/v2/b`]);
    expect(seen(api.requests)).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it('to a sibling path carry neither, nor does what follows from there, back inside too', async () => {
    const { api, events, auth } = await startScene();
    api.respondOnce({ status: 302, headers: { location: '/v3/b' } });
    api.respondOnce({ status: 307, headers: { location: '/v2/c' } });
    api.respondOnce({ status: 200, body: 'reached' });
    const response = await auth.fetch(`${api.origin}/v2/a`);
    expect(await response.text()).toBe('reached');
    expect(seen(api.requests)).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
    expect(events.filter(({ type }) => type === 'redirect.left')).toEqual([
      { type: 'redirect.left', client: 'billing', url: `${api.origin}/v3/b` },
    ]);
  });

  it('to another origin carry neither, and a 401 from there drops nothing', async () => {
    const { server, api, elsewhere, auth } = await startScene();
    elsewhere.respondWith(() => ({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }));
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/x` } });
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(401);
    expect(seen(elsewhere.requests)).toEqual([[false, false]]);
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(1);
  });

  it('to another origin lose the caller’s own credentials too', async () => {
    const { api, elsewhere, auth } = await startScene();
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/x` } });
    await auth.fetch(`${api.origin}/v2/a`, {
      headers: { authorization: 'Bearer mine', cookie: 'a=b', 'x-mine': 'yes' },
    });
    expect(elsewhere.requests[0]?.headers).toMatchObject({ 'x-mine': 'yes' });
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('cookie');
  });

  it('out of attachTo lose the API key also where the call has set it', async () => {
    const { api, elsewhere, auth } = await startScene();
    for (const location of [`${elsewhere.origin}/x`, '/v3/x']) {
      api.respondOnce({ status: 302, headers: { location } });
      await auth.fetch(`${api.origin}/v2/a`, { headers: { 'X-API-Key': 'of the call' } });
    }
    expect(api.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['of the call', 'of the call', undefined]);
    expect(elsewhere.requests.map(({ headers }) => headers['x-api-key'])).toEqual([undefined]);
  });

  it('of a call that nobody covers are those of fetch itself, with the body of a Request', async () => {
    const { elsewhere, auth } = await startScene();
    elsewhere.respondOnce({ status: 307, headers: { location: '/there' } });
    await auth.fetch(new Request(`${elsewhere.origin}/here`, { method: 'POST', body: 'hello' }));
    expect(elsewhere.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/here', 'hello'],
      ['/there', 'hello'],
    ]);
  });

  it('that meet a 401 inside attachTo get one new token there', async () => {
    const { server, api, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    api.respondOnce({ status: 302, headers: { location: '/v2/b' } });
    server.revokeAll();
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(2);
  });

  it('keep method and body where they must, and drop them where they may', async () => {
    const { api, auth } = await startScene();
    const init = { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } };
    api.respondOnce({ status: 307, headers: { location: '/v2/b' } });
    await auth.fetch(`${api.origin}/v2/a`, init);
    api.respondOnce({ status: 303, headers: { location: '/v2/b' } });
    await auth.fetch(`${api.origin}/v2/a`, init);
    expect(api.requests.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'x'],
      ['POST', 'x'],
      ['POST', 'x'],
      ['GET', ''],
    ]);
    expect(api.requests[3]?.headers).not.toHaveProperty('content-type');
  });

  it('are the caller’s with manual, and an error with error', async () => {
    const { api, auth } = await startScene();
    api.respondWith(() => ({ status: 302, headers: { location: '/v2/b' } }));
    const response = await auth.fetch(`${api.origin}/v2/a`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/v2/b']);
    await expect(auth.fetch(`${api.origin}/v2/a`, { redirect: 'error' })).rejects.toThrow(TypeError);
    expect(api.requests).toHaveLength(2);
  });

  it('end after 20', async () => {
    const { api, auth } = await startScene();
    api.respondWith(() => ({ status: 302, headers: { location: '/v2/b' } }));
    await expect(auth.fetch(`${api.origin}/v2/a`)).rejects.toThrow('more than 20 redirects');
    expect(api.requests).toHaveLength(21);
  });

  it('of a call that nobody covers attach nothing, inside attachTo too', async () => {
    const { api, elsewhere, auth } = await startScene();
    elsewhere.respondOnce({ status: 302, headers: { location: `${api.origin}/v2/a` } });
    expect((await auth.fetch(`${elsewhere.origin}/x`)).status).toBe(401);
    expect(seen(api.requests)).toEqual([[false, false]]);
  });
});
