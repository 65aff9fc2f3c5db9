import { TokenRequestError } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const respond = { respond: (): Response => new Response('ok') };
const invoices = 'https://api.billing.example/v2/invoices';

describe('failing', () => {
  it('lets nobody have a token, until it recovers', async () => {
    const fake = fakeOutboundAuth(
      { billing: 'a', ledger: { token: 'b', attachTo: ['https://ledger.example'] } },
      respond,
    );
    const held = fake.client('billing');
    await fake.fetch(invoices);
    fake.fail('billing');
    const failure = { name: 'TokenRequestError', code: 'token_endpoint_unreachable', client: 'billing', status: 502 };
    await expect(fake.fetch(invoices)).rejects.toMatchObject(failure);
    await expect(held.fetch(invoices)).rejects.toMatchObject(failure);
    await expect(held.getAccessToken()).rejects.toMatchObject(failure);
    await expect(fake.warmUp()).rejects.toMatchObject(failure);
    expect(held.peekAccessToken()).toBeUndefined();
    expect((await fake.fetch('https://ledger.example')).status).toBe(200);
    fake.recover();
    expect((await held.fetch(invoices)).status).toBe(200);
    await fake.warmUp();
  });

  it('gives each caller an error of its own, as the test wants it', async () => {
    const error = new TokenRequestError('later', { code: 'too_many_requests', client: 'billing', retryAfter: 7 });
    const fake = fakeOutboundAuth({ billing: 'a' });
    fake.fail('billing', error);
    const [first, second] = await Promise.allSettled([fake.fetch(invoices), fake.fetch(invoices)]);
    const failed = { status: 'rejected', reason: { message: 'later', status: 503, headers: { 'retry-after': '7' } } };
    expect([first, second]).toMatchObject([failed, failed]);
    expect(reasonOf(first)).not.toBe(reasonOf(second));
    expect(reasonOf(first)).toBeInstanceOf(TokenRequestError);
  });

  it('E23 fails no call that brings its own credentials', async () => {
    const fake = fakeOutboundAuth({ billing: 'a' }, respond);
    fake.fail('billing');
    await fake.fetch(invoices, { headers: { Authorization: 'Basic own' } });
    expect(fake.calls).toEqual([
      { client: 'billing', method: 'GET', url: invoices, headers: { authorization: 'Basic own' }, status: 200 },
    ]);
  });

  it('is refused for a client that is not there', () => {
    const fake = fakeOutboundAuth<string>({ billing: 'a' });
    expect(() => fake.fail('biling')).toThrow("did you mean 'billing'?");
  });
});

function reasonOf(result: PromiseSettledResult<unknown> | undefined): unknown {
  return result?.status === 'rejected' ? result.reason : undefined;
}
