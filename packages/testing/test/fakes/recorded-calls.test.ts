import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeOutboundAuth, startProtectedApi } from '../../src/index.ts';

const invoices = 'https://api.billing.example/v2/invoices';
const sent = { client: 'billing', method: 'GET', url: invoices, headers: { authorization: 'Bearer a-token' } };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a recorded call', () => {
  it('has the method, the address, all headers, a text for a body, and the status of the answer', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => new Response(null, { status: 201 }) });
    const headers = { 'Content-Type': 'application/json', 'x-call': '1' };
    await fake.fetch(new URL(`${invoices}?page=2#top`), { method: 'post', headers, body: '{"total":12}' });
    expect(fake.calls).toEqual([
      {
        client: 'billing',
        method: 'POST',
        url: `${invoices}?page=2#top`,
        headers: { authorization: 'Bearer a-token', 'content-type': 'application/json', 'x-call': '1' },
        body: '{"total":12}',
        status: 201,
      },
    ]);
  });

  it('has form parameters as their text, and no other body', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => new Response() });
    const bodies = [new URLSearchParams({ a: '1' }), new Blob(['bytes']), undefined];
    for (const body of bodies) await fake.fetch(invoices, { method: 'POST', ...(body && { body }) });
    expect(fake.calls.map((call) => call.body)).toEqual(['a=1', undefined, undefined]);
    expect(fake.calls[2]).not.toHaveProperty('body');
  });

  it('is made of a Request too', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => new Response() });
    await fake.fetch(new Request(invoices, { method: 'PUT', headers: { 'x-call': '1' }, body: 'text' }));
    expect(fake.calls).toMatchObject([{ client: 'billing', method: 'PUT', headers: { 'x-call': '1' } }]);
  });

  it('tells of no client where nothing is attached', async () => {
    const clients = { billing: { token: 'a-token', attachTo: [invoices] } };
    const fake = fakeOutboundAuth(clients, { respond: () => new Response() });
    await fake.fetch('https://elsewhere.example/');
    await fake.fetch(new Request(invoices, { headers: { 'x-call': '1' } }), { outboundAuth: false });
    expect(fake.calls).toEqual([
      { method: 'GET', url: 'https://elsewhere.example/', headers: {}, status: 200 },
      { method: 'GET', url: invoices, headers: { 'x-call': '1' }, status: 200 },
    ]);
  });

  it('names any client, whatever its name is made of', async () => {
    const fake = fakeOutboundAuth({ 'Größe %': 'a-token' }, { respond: () => new Response() });
    await fake.fetch(invoices);
    expect(fake.calls).toMatchObject([{ client: 'Größe %' }]);
  });

  it('stays in the list until that is reset, which is the same for good', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => new Response() });
    const { calls } = fake;
    await fake.fetch(invoices);
    expect(calls).toHaveLength(1);
    fake.fail('billing');
    fake.reset();
    expect(calls).toEqual([]);
    await fake.fetch(invoices);
    expect(fake.calls).toBe(calls);
    expect(calls).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('is what respond gives, told of the call', async () => {
    const respond = vi.fn(async () => Response.json({ total: 12 }));
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond });
    expect(await (await fake.fetch(invoices)).json()).toEqual({ total: 12 });
    expect(respond).toHaveBeenCalledWith({ ...sent, status: 200 });
  });

  it('is refused where nobody gives one: the network is reached by no mistake', async () => {
    const fetch = vi.fn(async () => new Response());
    vi.stubGlobal('fetch', fetch);
    for (const respond of [undefined, (): undefined => undefined]) {
      const fake = fakeOutboundAuth({ billing: { token: 'a-token', attachTo: [invoices] } }, { respond });
      await expect(fake.fetch(invoices)).rejects.toThrow(
        `nothing answers the call of the client 'billing': GET ${invoices}. Its options decide: give respond`,
      );
      await expect(fake.fetch('https://elsewhere.example')).rejects.toThrow('the call without a token: GET');
      expect(fake.calls).toMatchObject([sent, { method: 'GET' }]);
      expect(fake.calls[0]).not.toHaveProperty('status');
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  it('E38 is left to the global fetch of the moment where the network may pass', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass', respond: () => undefined });
    const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response('mocked'));
    vi.stubGlobal('fetch', fetch);
    expect(await (await fake.fetch(invoices)).text()).toBe('mocked');
    expect([...new Headers(fetch.mock.calls[0]?.[1]?.headers)]).toEqual([['authorization', 'Bearer a-token']]);
  });

  it('comes from a server of the test, streams and all', async () => {
    const api = await startProtectedApi({ verify: (token) => token === 'a-token' });
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
    const init: RequestInit = { method: 'POST', body: new Blob(['streamed']).stream(), duplex: 'half' };
    expect((await fake.fetch(api.origin, init)).status).toBe(200);
    expect((await fake.fetch(new Request(api.origin, { method: 'POST', body: 'text' }))).status).toBe(200);
    expect(api.requests.map(({ body }) => body)).toEqual(['streamed', 'text']);
    expect(api.requests[0]?.headers).not.toHaveProperty('x-outbound-auth-fake-client');
    await api.close();
  });

  it('must be a Response', async () => {
    // @ts-expect-error: in JavaScript it may be anything
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => ({ total: 12 }) });
    await expect(fake.fetch(invoices)).rejects.toThrow(
      'respond must give a Response, such as Response.json({ … }), or undefined',
    );
  });

  it('is not waited for by a caller who gives up', async () => {
    const respond = vi.fn(() => new Promise<Response>(() => undefined));
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond });
    const controller = new AbortController();
    const { signal } = controller;
    const call = fake.fetch(invoices, { signal });
    await vi.waitFor(() => expect(respond).toHaveBeenCalledOnce());
    controller.abort(new Error('too long'));
    await expect(call).rejects.toThrow('too long');
    await expect(fake.fetch(invoices, { signal })).rejects.toThrow('too long');
    expect(respond).toHaveBeenCalledOnce();
  });
});
