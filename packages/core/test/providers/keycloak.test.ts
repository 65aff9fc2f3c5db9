import { describe, expect, it } from 'vitest';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { keycloak } from '../../src/providers/keycloak.ts';
import { authWith, basic, form, startSystem, wireOf } from './system.ts';

const attachTo = ['https://ledger.example'];
const least = { base: 'https://id.example', realm: 'orders', clientId: 'orders', clientSecret: 'a-secret', attachTo };

describe('keycloak', () => {
  it.each([
    ['id.example', 'orders', 'https://id.example/realms/orders'],
    ['https://id.example/', 'orders', 'https://id.example/realms/orders'],
    ['https://id.example/auth/', 'my realm', 'https://id.example/auth/realms/my%20realm'],
  ])('gives the addresses of %s, realm %s', (base, realm, issuer) => {
    expect(keycloak({ ...least, base, realm })).toEqual({
      issuer,
      tokenEndpoint: `${issuer}/protocol/openid-connect/token`,
      revocationEndpoint: `${issuer}/protocol/openid-connect/revoke`,
      clientId: 'orders',
      clientSecret: 'a-secret',
      attachTo,
    });
  });

  it('takes another grant', async () => {
    const system = await startSystem('/realms/orders/protocol/openid-connect/token');
    const grant = tokenExchange({ subjectToken: 'a-user-token' });
    await authWith(keycloak({ ...least, base: system.origin, grant, audience: 'ledger' }))
      .client('it')
      .getAccessToken();
    expect(wireOf(system.tokenRequests[0])).toEqual({
      authorization: basic('orders', 'a-secret'),
      'content-type': form,
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience: 'ledger',
        subject_token: 'a-user-token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      },
    });
  });
});
