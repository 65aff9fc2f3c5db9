// A fake OutboundAuth in the place of a real one: Axios over both of its adapters.
import { attachOutboundAuth } from '@outbound-auth/axios';
import { fakeOutboundAuth, startProtectedApi } from '@outbound-auth/testing';
import axios from 'axios';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let api;

beforeAll(async () => {
  api = await startProtectedApi({ verify: (token) => token === 'a-token' });
});
afterAll(() => api.close());
beforeEach(() => (api.requests.length = 0));

describe.each(['http', 'fetch'])('Axios over %s', (adapter) => {
  it('makes its calls by a fake', async () => {
    const fake = fakeOutboundAuth(
      { billing: { token: 'a-token', headers: { 'x-api-key': 'k' } } },
      { network: 'pass' },
    );
    const http = axios.create({ adapter, baseURL: api.origin });
    attachOutboundAuth(http, fake);
    expect((await http.post('/v2/invoices', { total: 1 })).status).toBe(200);
    const headers = { authorization: 'Bearer a-token', 'x-api-key': 'k' };
    const url = `${api.origin}/v2/invoices`;
    expect(fake.calls).toEqual([{ client: 'billing', method: 'POST', url, headers, status: 200 }]);
    expect(api.requests).toMatchObject([{ headers, body: '{"total":1}' }]);
    expect(api.requests[0].headers).not.toHaveProperty('x-outbound-auth-fake-client');
  });

  it('reaches no network by mistake', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' });
    const http = axios.create({ adapter });
    attachOutboundAuth(http, fake);
    await expect(http.get(`${api.origin}/v2`)).rejects.toThrow(/nothing answers the call of the client 'billing': GET/);
    await expect(http.get(`${api.origin}/v2`, { outboundAuth: { client: 'billing' } })).rejects.toThrow(
      "network: 'pass'",
    );
    expect(api.requests).toEqual([]);
  });

  it('E22 E24 loses its token on a redirect to another origin', async () => {
    const elsewhere = await startProtectedApi({ verify: () => true });
    const fake = fakeOutboundAuth(
      { billing: { token: 'a-token', headers: { 'x-api-key': 'k' } } },
      { network: 'pass' },
    );
    const http = axios.create({ adapter });
    attachOutboundAuth(http, fake);
    api.respondOnce({ status: 307, headers: { location: `${elsewhere.origin}/` } });
    elsewhere.respondOnce({ status: 200 });
    expect((await http.get(api.origin)).status).toBe(200);
    expect(Object.keys(elsewhere.requests[0].headers)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(elsewhere.requests[0].headers).not.toHaveProperty('x-api-key');
    await elsewhere.close();
  });

  it('E37 fails as the test has it', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
    const http = axios.create({ adapter });
    attachOutboundAuth(http, fake);
    fake.fail('billing');
    await expect(http.get(api.origin)).rejects.toMatchObject({ code: 'token_endpoint_unreachable', client: 'billing' });
    expect(api.requests).toEqual([]);
  });

  it('E14 is asked for another token after a 401', async () => {
    let count = 0;
    const fake = fakeOutboundAuth({ billing: { token: () => ['b-token', 'a-token'][count++] } }, { network: 'pass' });
    const http = axios.create({ adapter });
    attachOutboundAuth(http, fake, { client: 'billing' });
    expect((await http.get(api.origin)).status).toBe(200);
    expect(fake.calls.map(({ status }) => status)).toEqual([401, 200]);
  });
});

it('Axios is answered by an adapter of the test', async () => {
  const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
  const adapter = async (config) => ({ status: 200, data: config.headers.get('authorization'), headers: {}, config });
  const http = axios.create({ adapter });
  const invoices = 'https://api.billing.example/v2/invoices';
  attachOutboundAuth(http, fake);
  expect((await http.get(invoices)).data).toBe('Bearer a-token');
  expect(fake.calls).toMatchObject([{ client: 'billing', url: invoices, status: 200 }]);
});
