import { outboundFor, type ServedChoice } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const invoices = 'https://api.billing.example/v2/invoices';
const elsewhere = { token: 'c-token', attachTo: ['https://elsewhere.example'] };
const respond = ({ headers }: { headers: Readonly<Record<string, string>> }): Response =>
  Response.json(headers['authorization'] ?? null);

describe('a request that a web framework serves with a fake', () => {
  it('E39 gets the tokens of its own user, here and deep in the code', async () => {
    const token = ({ subjectToken }: { subjectToken: string | undefined }): string => `for-${subjectToken}`;
    const fake = fakeOutboundAuth({ billing: { token, onBehalfOf: true } }, { respond });
    const serving = outboundFor(fake, 'outboundAuth(auth)');
    const users = Array.from({ length: 1_000 }, (_, index) => `user-${index % 7}`);
    const came = users.map(async (user) => {
      const { outbound, run } = serving(`Bearer ${user}`);
      const responses = [
        outbound.fetch(invoices),
        outbound.client('billing').fetch(invoices),
        run(() => fake.fetch(invoices)),
      ];
      return Promise.all(responses.map(async (response) => (await response).json()));
    });
    expect(await Promise.all(came)).toEqual(users.map((user) => Array.from({ length: 3 }, () => `Bearer for-${user}`)));
    await expect(serving(undefined).outbound.fetch(invoices)).rejects.toMatchObject({ status: 401 });
  });

  it.each<[ServedChoice, string]>([
    ['acme', 'of-acme'],
    [{ client: 'billing' }, 'a-token'],
    // Both cover another host alone, so the client is found by address.
    ['distant', 'b-token'],
    [{ client: 'far' }, 'b-token'],
    [undefined, 'b-token'],
  ])('takes the choice %j where its attachTo covers the call', async (choice, came) => {
    const clients = { billing: 'a-token', other: { token: 'b-token', attachTo: [invoices] }, far: elsewhere };
    const fake = fakeOutboundAuth(clients, { respond, tenants: { acme: 'of-acme', distant: elsewhere } });
    const { outbound, run } = outboundFor(fake, 'outboundAuth(auth)', { resolve: () => choice })(undefined);
    expect(await (await outbound.fetch(invoices)).json()).toBe(`Bearer ${came}`);
    const named = await run(() => fake.fetch(invoices, { outboundAuth: { client: 'other' } }));
    expect(await named.json()).toBe('Bearer b-token');
  });

  it('acts for the user whom the adapter was told of, and no other auth does', async () => {
    const token = ({ subjectToken }: { subjectToken: string | undefined }): string => `for-${subjectToken}`;
    const [fake, other] = [0, 1].map(() => fakeOutboundAuth({ billing: { token, onBehalfOf: true } }, { respond }));
    const serving = outboundFor(fake, 'outboundAuth(auth)', { subjectToken: async () => 'ada' });
    const { outbound, run } = serving('Bearer of-the-header');
    const came = [
      outbound.fetch(invoices),
      outbound.client('billing').fetch(invoices),
      run(() => fake?.fetch(invoices)),
      run(() => other?.fetch(invoices)),
    ];
    const texts = await Promise.all(came.map(async (response) => (await response)?.json()));
    expect(texts).toEqual([...Array.from({ length: 3 }, () => 'Bearer for-ada'), 'Bearer for-of-the-header']);
    expect((await outbound.client('billing').getAccessToken()).value).toBe('for-ada');
  });

  it('fails where the choice names nobody', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond });
    for (const choice of ['nobody', { client: 'nobody' }]) {
      const { outbound } = outboundFor(fake, 'outboundAuth(auth)', { resolve: () => choice })(undefined);
      await expect(outbound.fetch(invoices)).rejects.toMatchObject({ code: 'unknown_client', status: 500 });
    }
    expect(fake.calls).toEqual([]);
  });
});
