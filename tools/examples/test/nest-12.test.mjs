import { expect } from 'vitest';
import { testExample } from './application.mjs';

testExample('nest-12', {
  ownTests: /Tests .*[1-9]\d* passed/,
  lastRequest: ['/hotels/Porto'],
  end: { signal: 'SIGTERM' },
  calls: async (origin, { server }) => {
    const answerTo = async (path, headers = {}) => {
      const response = await fetch(`${origin}${path}`, { headers });
      return [response.status, await response.json()];
    };
    const tokens = { status: 'up', clients: { flights: { status: 'up' }, profile: { status: 'up' } } };
    expect(await answerTo('/ready')).toMatchObject([200, { details: { 'outbound-auth': tokens } }]);
    expect(await answerTo('/flights/TXL/LIS')).toMatchObject([200, { path: '/flights/search?from=TXL&to=LIS' }]);
    expect(await answerTo('/hotels/Lisbon')).toMatchObject([200, { path: '/hotels/search?city=Lisbon' }]);
    expect(await answerTo('/profile', { authorization: 'Bearer the-token-of-Ada' })).toMatchObject([200, {}]);
    expect(await answerTo('/partners/acme', { 'x-tenant': 'acme' })).toMatchObject([200, { status: 200 }]);
    const [profile, acme, ...more] = server.issuedTokens.slice(2);
    // The probe asks for both at once.
    const scopes = server.issuedTokens.slice(0, 2).map(({ scope }) => scope);
    expect(new Set(scopes)).toEqual(new Set(['flights', 'hotels']));
    expect([profile.clientId, acme.clientId, more]).toEqual(['bookings', 'bookings-of-acme', []]);
    expect(server.requests[2].parameters.get('subject_token')).toBe('the-token-of-Ada');
    expect(await answerTo('/profile')).toMatchObject([401, {}]);
  },
});
