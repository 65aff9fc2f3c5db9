import type { Hop, OutgoingCall } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const url = new URL('https://api.billing.example/v2/invoices');

/** A call of a transport of one's own: what its requests are told, and statuses for answers. */
function callTo(hops: Hop[], statuses: readonly number[] = [200]): OutgoingCall<number> {
  return {
    url,
    method: 'POST',
    headers: new Headers(),
    body: 'replayable',
    redirect: 'manual',
    transmit: async (hop) => {
      hops.push(hop);
      return statuses[hops.length - 1] ?? 500;
    },
    status: (status) => status,
    header: () => undefined,
    discard: () => undefined,
  };
}

describe('a call of another transport', () => {
  it('is sent with what the client attaches, and recorded with it', async () => {
    const headers = { 'x-api-key': 'a-key' };
    const fake = fakeOutboundAuth(
      { billing: { token: 'a-token', attachTo: [url.href], headers } },
      { network: 'pass' },
    );
    const hops: Hop[] = [];
    expect(await fake.send(callTo(hops))).toBe(200);
    const attached = { authorization: 'Bearer a-token', 'x-api-key': 'a-key' };
    expect(hops).toMatchObject([{ url, method: 'POST', body: true, attached, confidential: ['x-api-key'] }]);
    expect(hops[0]?.attached).toEqual(attached);
    expect(fake.calls).toEqual([{ client: 'billing', method: 'POST', url: url.href, headers: attached, status: 200 }]);
  });

  it('E22 may take that to another place inside attachTo, and to none outside', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
    const hops: Hop[] = [];
    await fake.send(callTo(hops));
    const asked = [`${url.origin}/v3`, 'https://elsewhere.example'].map((to) => hops[0]?.mayAttach(new URL(to)));
    expect(asked).toEqual([true, false]);
    expect(hops[0]?.hasLeft()).toBe(true);
  });

  it('is sent again after a 401, and recorded again', async () => {
    let count = 0;
    const fake = fakeOutboundAuth({ billing: { token: () => `token-${(count += 1)}` } }, { network: 'pass' });
    await fake.send(callTo([], [401, 204]), { client: 'billing' });
    expect(fake.calls).toMatchObject([
      { headers: { authorization: 'Bearer token-1' }, status: 401 },
      { headers: { authorization: 'Bearer token-2' }, status: 204 },
    ]);
  });

  it('is refused before it is sent where the network is not to be reached', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond: () => new Response() });
    const hops: Hop[] = [];
    await expect(fake.send(callTo(hops))).rejects.toThrow('give respond (for fetch), or network:');
    await expect(fake.send(callTo(hops), false)).rejects.toThrow('nothing answers the call without a token');
    expect(hops).toEqual([]);
    expect(fake.calls).toHaveLength(2);
  });

  it('fails as the test has it', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
    fake.fail('billing');
    await expect(fake.send(callTo([]))).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
  });
});
