import { describe, expect, it } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const ok = (): Response => new Response('ok');
const respond = { respond: ok };
const invoices = 'https://api.billing.example/v2/invoices';

describe('a client given as a token alone', () => {
  it.each([invoices, 'http://billing.internal:8080/'])('covers %s', async (url) => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, respond);
    expect(fake.client('billing').covers(url)).toBe(true);
    await fake.fetch(url);
    await fake.client('billing').fetch(url);
    const call = { client: 'billing', method: 'GET', url, headers: { authorization: 'Bearer a-token' }, status: 200 };
    expect(fake.calls).toEqual([call, call]);
  });

  it.each(['data:,text', 'https://api.example/..%2fup'])('does not cover %s', (url) => {
    expect(fakeOutboundAuth({ billing: 'a' }).client('billing').covers(url)).toBe(false);
  });

  it('leaves to others what their attachTo covers', async () => {
    const clients = {
      billing: 'a',
      ledger: { token: 'b', attachTo: ['https://ledger.example', 'https://api.billing.example/v3'] },
    };
    const fake = fakeOutboundAuth(clients, respond);
    for (const url of ['https://ledger.example/x', 'https://api.billing.example/v3/x', invoices]) await fake.fetch(url);
    expect(fake.calls.map(({ client }) => client)).toEqual(['ledger', 'ledger', 'billing']);
    expect(fake.client('billing').covers('https://ledger.example/x')).toBe(false);
    await expect(fake.client('ledger').fetch(invoices)).rejects.toMatchObject({ code: 'outside_attach_to' });
  });

  it('must be named where there is another', async () => {
    const fake = fakeOutboundAuth({ billing: 'a', ledger: 'b' }, respond);
    await expect(fake.fetch(invoices)).rejects.toMatchObject({ code: 'ambiguous_client' });
    await fake.fetch(invoices, { outboundAuth: { client: 'ledger' } });
    expect(fake.calls).toMatchObject([{ client: 'ledger', headers: { authorization: 'Bearer b' } }]);
  });

  it('E22 loses its token on a redirect to another host, as in life', async () => {
    const fake = fakeOutboundAuth(
      { billing: { token: 'a', headers: { 'x-api-key': 'k' } } },
      { respond: ({ url }) => (url === invoices ? Response.redirect('https://elsewhere.example/', 307) : ok()) },
    );
    // Known by a call of its own, the other host is no more trusted.
    await fake.fetch('https://elsewhere.example/');
    fake.reset();
    expect((await fake.fetch(invoices)).status).toBe(200);
    expect(fake.calls).toEqual([
      {
        client: 'billing',
        method: 'GET',
        url: invoices,
        headers: { authorization: 'Bearer a', 'x-api-key': 'k' },
        status: 307,
      },
      { method: 'GET', url: 'https://elsewhere.example/', headers: {}, status: 200 },
    ]);
  });
});
