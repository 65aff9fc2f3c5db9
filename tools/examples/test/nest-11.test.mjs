import { expect } from 'vitest';
import { testExample } from './application.mjs';

testExample('nest-11', {
  ownTests: /Tests: +[1-9]\d* passed, [1-9]\d* total/,
  lastRequest: ['/invoices'],
  end: { signal: 'SIGTERM' },
  calls: async (origin, { server }) => {
    expect(await (await fetch(`${origin}/health`)).json()).toMatchObject({
      status: 'ok',
      info: { tokens: { status: 'up', clients: { billing: { status: 'up' }, shipping: { status: 'up' } } } },
    });
    const invoices = await fetch(`${origin}/invoices`);
    expect([invoices.status, await invoices.json()]).toMatchObject([200, { path: '/billing/invoices' }]);
    const parcel = { method: 'POST', body: '{"to":"Ada"}', headers: { 'content-type': 'application/json' } };
    const parcels = await fetch(`${origin}/parcels`, parcel);
    expect([parcels.status, await parcels.json()]).toMatchObject([
      201,
      { path: '/shipping/parcels', body: parcel.body },
    ]);
    const entries = await fetch(`${origin}/entries`, { headers: { authorization: 'Bearer the-token-of-Ada' } });
    expect([entries.status, await entries.json()]).toMatchObject([200, { path: '/ledger/entries' }]);
    const [first, second, ofAda, ...more] = server.requests.map(({ parameters }) => parameters);
    // The health check asks for both at once.
    expect(new Set([first.get('scope'), second.get('scope')])).toEqual(new Set(['invoices:read', 'parcels']));
    expect(ofAda.get('subject_token')).toBe('the-token-of-Ada');
    expect(more).toEqual([]);
    expect((await fetch(`${origin}/entries`)).status).toBe(401);
  },
});
