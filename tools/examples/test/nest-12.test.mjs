import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { application } from './application.mjs';
import { endWhileServing } from './draining.mjs';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let example;
let upstream;

beforeAll(async () => {
  example = await application('nest-12');
  ({ upstream } = example);
});

afterAll(() => upstream?.close());

it('passes its own tests, by Vitest', async () => {
  expect(await example.test()).toMatch(/Tests .*[1-9]\d* passed/);
});

it('calls as itself, as its user and as its tenants, and ends after its last request', async () => {
  const app = await example.start();
  const answerTo = async (path, headers = {}) => {
    const response = await fetch(`${app.origin}${path}`, { headers });
    return [response.status, await response.json()];
  };
  try {
    const tokens = { status: 'up', clients: { flights: { status: 'up' }, profile: { status: 'up' } } };
    expect(await answerTo('/ready')).toMatchObject([200, { details: { 'outbound-auth': tokens } }]);
    expect(await answerTo('/flights/TXL/LIS')).toMatchObject([200, { path: '/flights/search?from=TXL&to=LIS' }]);
    expect(await answerTo('/hotels/Lisbon')).toMatchObject([200, { path: '/hotels/search?city=Lisbon' }]);
    expect(await answerTo('/profile', { authorization: 'Bearer the-token-of-Ada' })).toMatchObject([200, {}]);
    expect(await answerTo('/partners/acme', { 'x-tenant': 'acme' })).toMatchObject([200, { status: 200 }]);
    // The probe asks for both at once.
    const [profile, acme] = upstream.server.issuedTokens.slice(2);
    const scopes = upstream.server.issuedTokens.slice(0, 2).map(({ scope }) => scope);
    expect(new Set(scopes)).toEqual(new Set(['flights', 'hotels']));
    expect([profile.clientId, acme.clientId]).toEqual(['bookings', 'bookings-of-acme']);
    expect(upstream.server.requests[2].parameters.get('subject_token')).toBe('the-token-of-Ada');
    expect(await answerTo('/profile')).toMatchObject([401, {}]);
    expect(await endWhileServing(app, upstream, '/hotels/Porto')).toMatchObject({ signal: 'SIGTERM' });
  } finally {
    await app.stop('SIGKILL');
  }
});
