import { describe, expect, it } from 'vitest';
import { cognito } from '../../src/providers/cognito.ts';
import { authWith, basic, form, startSystem, wireOf } from './system.ts';

const attachTo = ['https://api.example'];
const least = { clientId: 'orders', clientSecret: 'a-secret', attachTo };

describe('cognito', () => {
  it.each([
    ['my-pool', 'eu-west-1', 'https://my-pool.auth.eu-west-1.amazoncognito.com'],
    ['my-pool', 'ap-southeast-5', 'https://my-pool.auth.ap-southeast-5.amazoncognito.com'],
    ['my-pool', 'us-gov-west-1', 'https://my-pool.auth-fips.us-gov-west-1.amazoncognito.com'],
    ['auth.example.com', undefined, 'https://auth.example.com'],
    ['https://auth.example.com/', undefined, 'https://auth.example.com'],
    ['my-pool.auth.eu-west-1.amazoncognito.com', undefined, 'https://my-pool.auth.eu-west-1.amazoncognito.com'],
  ])('gives the addresses of the domain %s, region %s', (domain, region, base) => {
    expect(cognito({ ...least, domain, region })).toEqual({ ...least, tokenEndpoint: `${base}/oauth2/token` });
  });

  it('sends the client in Basic', async () => {
    const system = await startSystem('/oauth2/token');
    await authWith(cognito({ ...least, domain: system.origin, scope: 'billing/read' }))
      .client('it')
      .getAccessToken();
    expect(wireOf(system.tokenRequests[0])).toEqual({
      authorization: basic('orders', 'a-secret'),
      'content-type': form,
      body: { grant_type: 'client_credentials', scope: 'billing/read' },
    });
  });
});
