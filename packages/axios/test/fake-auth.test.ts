import { fakeOutboundAuth, startProtectedApi, type ProtectedApi } from '@outbound-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { builds, type Instance } from './builds.ts';

let api: ProtectedApi;
let seen: number;

beforeAll(async () => {
  api = await startProtectedApi({ verify: (token) => token === 'a-token' });
});
afterAll(() => api.close());
beforeEach(() => {
  seen = api.requests.length;
});

const arrived = (): readonly object[] => api.requests.slice(seen);
const billing = { token: 'a-token', headers: { 'x-api-key': 'a-key' } };
const attached = { authorization: 'Bearer a-token', 'x-api-key': 'a-key' };

describe.each(builds)('a fake OutboundAuth on $name', ({ create }) => {
  const attachedTo = (fake: ReturnType<typeof fakeOutboundAuth>): Instance => {
    const http = create();
    attachOutboundAuth(http, fake);
    return http;
  };

  it('puts its token on calls, and records them', async () => {
    const fake = fakeOutboundAuth<string>({ billing }, { network: 'pass' });
    const url = `${api.origin}/v2/invoices`;
    const { status } = await attachedTo(fake).request({ url, method: 'post', data: { total: 1 } });
    expect(status).toBe(200);
    expect(fake.calls).toEqual([{ client: 'billing', method: 'POST', url, headers: attached, status: 200 }]);
    expect(arrived()).toMatchObject([{ headers: attached, body: '{"total":1}' }]);
    expect(arrived()).not.toMatchObject([{ headers: { 'x-outbound-auth-fake-client': expect.anything() as string } }]);
  });

  it('reaches no network by mistake', async () => {
    const http = attachedTo(fakeOutboundAuth<string>({ billing }));
    const call = http.request({ url: `${api.origin}/v2`, outboundAuth: { client: 'billing' } });
    await expect(call).rejects.toThrow(/nothing answers the call of the client 'billing': GET .* network: 'pass'/);
    expect(arrived()).toEqual([]);
  });

  it('E22 loses its token and its headers on a redirect to another origin', async () => {
    const elsewhere = await startProtectedApi({ verify: () => true });
    const fake = fakeOutboundAuth<string>({ billing }, { network: 'pass' });
    api.respondOnce({ status: 307, headers: { location: `${elsewhere.origin}/` } });
    elsewhere.respondOnce({ status: 200 });
    expect((await attachedTo(fake).request({ url: api.origin })).status).toBe(200);
    for (const name of Object.keys(attached)) expect(elsewhere.requests[0]?.headers).not.toHaveProperty(name);
    await elsewhere.close();
  });

  it('E14 is asked for another token after a 401', async () => {
    let count = 0;
    const token = (): string => ((count += 1) === 1 ? 'refused' : 'a-token');
    const fake = fakeOutboundAuth<string>({ billing: { token } }, { network: 'pass' });
    expect((await attachedTo(fake).request({ url: api.origin })).status).toBe(200);
    expect(fake.calls.map(({ status }) => status)).toEqual([401, 200]);
  });

  it('E37 fails as the test has it', async () => {
    const fake = fakeOutboundAuth<string>({ billing }, { network: 'pass' });
    const http = attachedTo(fake);
    fake.fail('billing');
    const failure = { code: 'token_endpoint_unreachable', client: 'billing' };
    await expect(http.request({ url: api.origin })).rejects.toMatchObject(failure);
    expect(arrived()).toEqual([]);
  });
});
