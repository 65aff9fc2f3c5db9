import { describe, expect, it, vi } from 'vitest';
import { fakeOutboundAuth } from '../../src/index.ts';

const invoices = 'https://api.billing.example/v2/invoices';

describe('tenants', () => {
  const tenants = { acme: 'a-token', other: { token: 'b', attachTo: ['https://other.example'] } };

  it('are clients by their own names', async () => {
    const fake = fakeOutboundAuth({}, { tenants, respond: () => new Response('ok') });
    const acme = await fake.tenant('acme');
    await acme.fetch(invoices);
    await fake.fetch(invoices, { outboundAuth: { tenant: 'acme', scope: 'x' } });
    await fake.fetch(invoices);
    expect(fake.calls).toMatchObject([{ client: 'acme' }, { client: 'acme' }, { headers: {} }]);
    expect(fake.calls[2]?.client).toBeUndefined();
    expect(fake.status().tenants).toBe(2);
    const outside = fake.fetch(invoices, { outboundAuth: { tenant: 'other' } });
    await expect(outside).rejects.toMatchObject({ code: 'outside_attach_to', client: 'other' });
  });

  it('are refused where there are none of the name', async () => {
    const fake = fakeOutboundAuth({}, { tenants });
    await expect(fake.tenant('acne')).rejects.toMatchObject({ code: 'unknown_client', client: 'acne' });
    await expect(fake.fetch(invoices, { outboundAuth: { tenant: 'acne' } })).rejects.toThrow(
      'fakeOutboundAuth(clients, { tenants })',
    );
  });

  it('are asked anew once forgotten', async () => {
    const token = vi.fn(() => 'a');
    const fake = fakeOutboundAuth({}, { tenants: { acme: { token } } });
    const acme = await fake.tenant('acme');
    for (const forget of [false, true]) {
      if (forget) fake.forget('acme');
      await acme.getAccessToken();
      await acme.getAccessToken();
    }
    expect(token).toHaveBeenCalledTimes(2);
  });
});
