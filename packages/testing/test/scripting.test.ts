import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProtectedApi, type ProtectedApi } from '../src/index.ts';

let api: ProtectedApi;
beforeEach(async () => {
  api = await startProtectedApi({ verify: () => true });
});
afterEach(() => api.close());

interface Call extends RequestInit {
  readonly headers?: Record<string, string>;
}

const call = (path = '/', { headers = {}, ...init }: Call = {}): Promise<Response> =>
  fetch(api.origin + path, { ...init, headers: { authorization: 'Bearer any', ...headers } });

describe('a scripted answer', () => {
  it('is given once, in the order of scripting, before the own answers', async () => {
    api.respondOnce({ status: 503, headers: { 'retry-after': '1' }, body: { error: 'busy' } });
    api.respondOnce({ status: 204 });
    const first = await call();
    expect([first.status, first.headers.get('retry-after'), await first.json()]).toEqual([503, '1', { error: 'busy' }]);
    expect((await call()).status).toBe(204);
    expect((await call()).status).toBe(200);
  });

  it('sends text and bytes as they are, without a content type', async () => {
    api.respondOnce({ body: '<html>' });
    api.respondOnce({ body: Uint8Array.of(0xff, 0xfe) });
    const text = await call();
    expect([text.headers.get('content-type'), await text.text()]).toEqual([null, '<html>']);
    expect(new Uint8Array(await (await call()).arrayBuffer())).toEqual(Uint8Array.of(0xff, 0xfe));
  });

  it('sends a list of header values as headers of their own', async () => {
    api.respondOnce({ headers: { 'Set-Cookie': ['a=1', 'b=2'] } });
    expect((await call()).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('keeps the own answer when it changes neither status nor body', async () => {
    api.respondOnce({ delay: 1, headers: { 'Content-Type': 'application/problem+json' } });
    const response = await call('/kept');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ path: '/kept' });
  });

  it('by function sees the request, and leaves the rest to the own answers', async () => {
    api.respondWith(({ path }) => (path === '/gone' ? { status: 410 } : undefined));
    expect((await call('/gone')).status).toBe(410);
    expect((await call('/there')).status).toBe(200);
    api.respondWith(undefined);
    expect((await call('/gone')).status).toBe(200);
  });

  it('by function that throws is a 500 that says so', async () => {
    api.respondWith(() => {
      throw new Error('a slip');
    });
    const response = await call();
    expect([response.status, await response.text()]).toEqual([500, "The test server's script failed: Error: a slip"]);
  });

  it('that is wrong is refused, with the remedy', () => {
    expect(() => api.respondOnce({ status: 99 })).toThrow(
      'status: 99 cannot be answered; give a whole number from 200',
    );
    expect(() => api.respondOnce({ delay: -1 })).toThrow('delay: -1 is not a time; give milliseconds from 0 on');
    // @ts-expect-error -- there is no such fault
    expect(() => api.respondOnce({ fault: 'explode' })).toThrow(
      "'explode' is unknown; give one of reset, hang, truncate",
    );
    // @ts-expect-error -- misspelt
    expect(() => api.respondOnce({ stauts: 500 })).toThrow(
      'stauts: not part of an answer; it has delay, status, headers',
    );
  });
});

describe('a fault', () => {
  it('reset cuts the connection without an answer', async () => {
    api.respondOnce({ fault: 'reset' });
    await expect(call()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  it('truncate sends the head and half of the body', async () => {
    api.respondOnce({ fault: 'truncate', status: 201, body: { whole: false } });
    const response = await call();
    expect([response.status, response.headers.get('content-length')]).toEqual([201, '15']);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('hang never answers, and the caller may go away', async () => {
    api.respondOnce({ fault: 'hang' });
    const caller = new AbortController();
    const response = call('/', { signal: caller.signal });
    await api.waitForRequests(1);
    caller.abort();
    await expect(response).rejects.toThrow('aborted');
  });
});

describe('a gate', () => {
  it('holds all answers until it is released', async () => {
    const gate = api.hold();
    const responses = [call('/a'), call('/b')];
    await api.waitForRequests(2);
    expect(gate.waiting).toBe(2);
    gate.release();
    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await call()).status).toBe(200);
  });

  it('with a number holds only so many, so that a later request is answered before an earlier one', async () => {
    const gate = api.hold(1);
    const held = call('/held');
    await api.waitForRequests(1);
    expect((await call('/later')).status).toBe(200);
    expect(gate.waiting).toBe(1);
    gate.release();
    expect((await held).status).toBe(200);
  });

  it('leaves the request its scripted answer', async () => {
    api.respondOnce({ status: 418 });
    const gate = api.hold();
    const held = call();
    await api.waitForRequests(1);
    gate.release();
    expect((await held).status).toBe(418);
  });

  it('for no request at all is refused', () => {
    expect(() => api.hold(0)).toThrow('hold: 0 requests cannot be held');
  });
});

describe('the record of requests', () => {
  it('has each request whole, in the order of arrival', async () => {
    const form = new URLSearchParams({ a: '1', b: 'ü' });
    await call('/form?x=1', { method: 'POST', body: form });
    await call('/json', { method: 'PUT', body: '{"a":"1","n":2}', headers: { 'content-type': 'application/json' } });
    await call('/text', { method: 'POST', body: Uint8Array.of(0x68, 0x69) });
    const [first, second, third] = api.requests;
    expect(first).toMatchObject({ method: 'POST', path: '/form?x=1', body: 'a=1&b=%C3%BC' });
    expect(first?.parameters).toEqual(form);
    expect(second?.parameters).toEqual(new URLSearchParams({ a: '1' }));
    expect([third?.body, [...(third?.bytes ?? [])], third?.parameters.size]).toEqual(['hi', [0x68, 0x69], 0]);
  });

  it('takes a body that only claims to be JSON for what it is', async () => {
    await call('/', { method: 'POST', body: 'no json', headers: { 'content-type': 'application/json' } });
    expect([api.requests[0]?.body, api.requests[0]?.parameters.size]).toEqual(['no json', 0]);
  });

  it('leaves out a request whose sender goes away in the middle of it', async () => {
    const socket = connect(Number(new URL(api.origin).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: api\r\ncontent-length: 10\r\n\r\nhalf', () => socket.destroy());
    await once(socket, 'close');
    await call('/whole');
    expect(api.requests.map(({ path }) => path)).toEqual(['/whole']);
  });

  it('tells when the requests waited for have arrived', async () => {
    const arrived = api.waitForRequests(2);
    await Promise.all([call(), call()]);
    await arrived;
    await api.waitForRequests(0);
    expect(() => api.waitForRequests(-1)).toThrow('waitForRequests: -1 is not a number of requests');
  });

  it('ends the wait when the server is closed', async () => {
    const arrived = api.waitForRequests(1);
    await api.close();
    await expect(arrived).rejects.toThrow('The server was closed after 0 of the 1 requests waited for');
  });
});

describe('closing', () => {
  it('cuts the connections of requests that are still held', async () => {
    api.hold();
    const held = call();
    await api.waitForRequests(1);
    await api.close();
    await expect(held).rejects.toThrow('fetch failed');
  });
});
