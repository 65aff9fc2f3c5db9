import { describe, expect, it } from 'vitest';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { auth0 } from '../../src/providers/auth0.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, form, readAssertion, startSystem, wireOf } from './system.ts';

const registered = { clientId: 'orders', audience: 'https://api.example', attachTo: ['https://api.example/v2'] };
const least = { ...registered, domain: 'my-tenant.eu.auth0.com', clientSecret: 'a-secret' };

describe('auth0', () => {
  it.each(['my-tenant.eu.auth0.com', 'https://my-tenant.eu.auth0.com/'])('gives the addresses of %s', (domain) => {
    const { clientAuthentication, ...options } = auth0({ ...least, domain });
    expect(options).toEqual({
      ...registered,
      issuer: 'https://my-tenant.eu.auth0.com/',
      tokenEndpoint: 'https://my-tenant.eu.auth0.com/oauth/token',
    });
    expect(clientAuthentication).toBeTypeOf('function');
  });

  it('sends the client and the audience in the body', async () => {
    const system = await startSystem('/oauth/token');
    await authWith(auth0({ ...least, domain: system.origin, scope: 'read' }))
      .client('it')
      .getAccessToken();
    expect(wireOf(system.tokenRequests[0])).toEqual({
      'content-type': form,
      body: {
        grant_type: 'client_credentials',
        client_id: 'orders',
        client_secret: 'a-secret',
        audience: 'https://api.example',
        scope: 'read',
      },
    });
  });

  it('means an assertion for the issuer, with its slash', async () => {
    const { client } = await makeCertificates();
    const system = await startSystem('/oauth/token');
    const clientAuthentication = privateKeyJwt(client.key);
    await authWith(auth0({ ...registered, domain: system.origin, clientAuthentication }))
      .client('it')
      .getAccessToken();
    const { claims } = await readAssertion(system.tokenRequests[0], 'client_assertion', client.key);
    expect(claims.aud).toBe(`${system.origin}/`);
  });
});
