import { inspect } from 'node:util';
import { isOutboundAuth, type OutboundAuth, type OutboundAuthEvent } from '@outbound-auth/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const answering = { respond: (): Response => new Response('ok') };
const invoices = 'https://api.billing.example/v2/invoices';

describe('a fake', () => {
  it('is an OutboundAuth with the names of its clients', () => {
    const fake = fakeOutboundAuth({ billing: 'a', ledger: { token: 'b' } });
    expect(isOutboundAuth(fake)).toBe(true);
    expectTypeOf(fake).toExtend<OutboundAuth<'billing' | 'ledger'>>();
    // @ts-expect-error: no such client
    expect(() => fake.client('biling')).toThrow("there is no client 'biling'; did you mean 'billing'?");
  });

  it('gives its tokens', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' });
    const client = fake.client('billing');
    expect(client.name).toBe('billing');
    expect(fake.client('billing')).toBe(client);
    expect(client.peekAccessToken()).toBeUndefined();
    expect((await client.getAccessToken()).value).toBe('a-token');
    expect(client.peekAccessToken()).toMatchObject({ value: 'a-token' });
    expect(fake.calls).toEqual([]);
  });

  it('shows itself in short', () => {
    const fake = fakeOutboundAuth({ billing: 'a-token', ledger: 'b' });
    expect(inspect(fake)).toBe("FakeOutboundAuth { clients: [ 'billing', 'ledger' ], calls: 0 }");
  });

  it('takes what the real one is told of calls that no client covers, and of events', async () => {
    const events: OutboundAuthEvent[] = [];
    const onEvent = (event: OutboundAuthEvent): void => void events.push(event);
    const clients = { billing: { token: 'a', attachTo: [invoices] } };
    const fake = fakeOutboundAuth(clients, { ...answering, unmatched: 'refuse', onEvent });
    await fake.fetch(invoices);
    expect(events).toMatchObject([{ type: 'token.requested' }, { type: 'token.received', client: 'billing' }]);
    await expect(fake.fetch('https://elsewhere.example')).rejects.toMatchObject({ code: 'unmatched_address' });
    expect(fake.calls).toHaveLength(1);
  });

  it('ends as the real one does', async () => {
    const fake = fakeOutboundAuth({ billing: 'a' }, answering);
    await fake.fetch(invoices);
    await fake.close();
    expect((await fake.fetch(invoices)).status).toBe(200);
    const closed = { code: 'closed', client: 'billing' };
    await expect(fake.client('billing').getAccessToken()).rejects.toMatchObject(closed);
    await expect(fake.client('billing').fetch('https://another.example')).rejects.toMatchObject(closed);
  });
});

describe('revoking', () => {
  it('forgets the token without a server, wherever it was used', async () => {
    let count = 0;
    const fake = fakeOutboundAuth({ billing: { token: () => `token-${(count += 1)}` } }, answering);
    const client = fake.client('billing');
    await client.getAccessToken();
    await client.fetch(invoices);
    await client.revoke();
    expect((await client.getAccessToken()).value).toBe('token-2');
    await client.fetch(invoices);
    expect(fake.calls.map(({ headers }) => headers['authorization'])).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});

describe('the status', () => {
  it('is that of the clients, whichever way their tokens were asked for', async () => {
    const fake = fakeOutboundAuth(
      { billing: 'a', ledger: { token: 'b', attachTo: ['https://ledger.example'] } },
      answering,
    );
    expect(fake.status()).toMatchObject({
      clients: { billing: { token: 'none' }, ledger: { token: 'none' } },
      store: 'none',
    });
    await fake.fetch(invoices);
    expect(fake.status().clients).toMatchObject({ billing: { token: 'valid' }, ledger: { token: 'none' } });
    await fake.warmUp();
    expect(fake.status().clients).toMatchObject({ billing: { token: 'valid' }, ledger: { token: 'valid' } });
  });
});
