import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { application } from './application.mjs';
import { endWhileServing } from './draining.mjs';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let example;
let upstream;

beforeAll(async () => {
  example = await application('nest-11');
  ({ upstream } = example);
});

afterAll(() => upstream?.close());

it('passes its own tests, by Jest', async () => {
  expect(await example.test()).toMatch(/Tests: +[1-9]\d* passed, [1-9]\d* total/);
});

it('calls every system with the token for it, and ends after its last request', async () => {
  const app = await example.start();
  try {
    expect(await (await fetch(`${app.origin}/health`)).json()).toMatchObject({
      status: 'ok',
      info: { tokens: { status: 'up', clients: { billing: { status: 'up' }, shipping: { status: 'up' } } } },
    });
    const invoices = await fetch(`${app.origin}/invoices`);
    expect([invoices.status, await invoices.json()]).toMatchObject([200, { path: '/billing/invoices' }]);
    const parcel = { method: 'POST', body: '{"to":"Ada"}', headers: { 'content-type': 'application/json' } };
    const parcels = await fetch(`${app.origin}/parcels`, parcel);
    expect([parcels.status, await parcels.json()]).toMatchObject([
      201,
      { path: '/shipping/parcels', body: parcel.body },
    ]);
    const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
    const entries = await fetch(`${app.origin}/entries`, user);
    expect([entries.status, await entries.json()]).toMatchObject([200, { path: '/ledger/entries' }]);
    const [first, second, ofAda, ...more] = upstream.server.requests.map(({ parameters }) => parameters);
    // The health check asks for both at once.
    expect(new Set([first.get('scope'), second.get('scope')])).toEqual(new Set(['invoices:read', 'parcels']));
    expect(ofAda.get('subject_token')).toBe('the-token-of-Ada');
    expect(more).toEqual([]);
    expect((await fetch(`${app.origin}/entries`)).status).toBe(401);
    expect(await endWhileServing(app, upstream, '/invoices')).toMatchObject({ signal: 'SIGTERM' });
  } finally {
    await app.stop('SIGKILL');
  }
});
