import { describe, expect, it } from 'vitest';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { empower } from '../../src/providers/empower.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, basic, form, readAssertion, startSystem, wireOf } from './system.ts';

const tokenEndpoint = 'https://auth.empower.example/oauth2/token';
const attachTo = ['https://api.empower.example'];
const least = { tokenEndpoint, clientId: 'orders', clientSecret: 'a-secret', apiKey: 'a-key', attachTo };

describe('empower', () => {
  it('gives Basic credentials, and the API key for calls', () => {
    expect(empower(least)).toEqual({
      tokenEndpoint,
      clientId: 'orders',
      clientSecret: 'a-secret',
      attachTo,
      headers: { 'x-api-key': 'a-key' },
    });
  });

  it('keeps functions as they are', () => {
    const [clientSecret, apiKey] = [() => 'a-secret', () => 'a-key'];
    const options = empower({ ...least, clientSecret, apiKey, apiKeyOnTokenRequest: true });
    expect(options.clientSecret).toBe(clientSecret);
    expect(options.headers?.['x-api-key']).toBe(apiKey);
    expect(options.tokenRequestHeaders?.['x-api-key']).toBe(apiKey);
  });

  it('sends the API key with calls, and with token requests only if it is asked to', async () => {
    const system = await startSystem('/oauth2/token');
    const here = { ...least, tokenEndpoint: `${system.origin}/oauth2/token`, attachTo: [system.origin] };
    const expected = {
      authorization: basic('orders', 'a-secret'),
      'content-type': form,
      body: { grant_type: 'client_credentials', scope: 'plans:read' },
    };
    const auth = authWith(empower({ ...here, scope: 'plans:read' }));
    expect((await auth.fetch(`${system.origin}/plans`)).status).toBe(200);
    await authWith(empower({ ...here, scope: 'plans:read', apiKeyOnTokenRequest: true }))
      .client('it')
      .getAccessToken();
    const [without, withKey] = system.tokenRequests;
    expect(wireOf(without)).toEqual(expected);
    expect(wireOf(withKey)).toEqual({ ...expected, 'x-api-key': 'a-key' });
    expect(wireOf(system.apiCalls[0])).toEqual({ authorization: 'Bearer token-1', 'x-api-key': 'a-key', body: {} });
  });

  it('takes a key pair or a certificate in place of the secret', async () => {
    const { client } = await makeCertificates();
    const system = await startSystem('/oauth2/token');
    const here = { clientId: 'orders', apiKey: 'a-key', tokenEndpoint: `${system.origin}/oauth2/token`, attachTo };
    const clientAuthentication = privateKeyJwt(client.key);
    await authWith(empower({ ...here, clientAuthentication }))
      .client('it')
      .getAccessToken();
    const { claims } = await readAssertion(system.tokenRequests[0], 'client_assertion', client.key);
    expect(claims).toMatchObject({ iss: 'orders', sub: 'orders', aud: here.tokenEndpoint });
    expect(wireOf(system.tokenRequests[0])).not.toHaveProperty('authorization');
    const byCertificate = tlsClientAuth({ cert: client.cert, key: client.key });
    expect(empower({ ...here, clientAuthentication: byCertificate }).clientAuthentication).toBe(byCertificate);
  });
});
