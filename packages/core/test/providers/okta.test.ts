import { describe, expect, it } from 'vitest';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { okta } from '../../src/providers/okta.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, readAssertion, startSystem } from './system.ts';

const attachTo = ['https://ledger.example'];
const least = { domain: 'my-org.okta.com', clientId: 'orders', clientSecret: 'a-secret', attachTo };

describe('okta', () => {
  it.each([
    [undefined, 'https://my-org.okta.com/oauth2/default/v1'],
    ['default', 'https://my-org.okta.com/oauth2/default/v1'],
    ['aus1abc', 'https://my-org.okta.com/oauth2/aus1abc/v1'],
    ['org', 'https://my-org.okta.com/oauth2/v1'],
  ])('gives the addresses of the authorization server %s', (authorizationServer, endpoints) => {
    expect(okta({ ...least, authorizationServer })).toEqual({
      tokenEndpoint: `${endpoints}/token`,
      revocationEndpoint: `${endpoints}/revoke`,
      clientId: 'orders',
      clientSecret: 'a-secret',
      attachTo,
    });
  });

  it("sends the org's own tokens to the org", () => {
    const org = { domain: 'my-org.okta.com', clientId: 'orders', clientSecret: 'a-secret', authorizationServer: 'org' };
    expect(okta(org).attachTo).toEqual(['https://my-org.okta.com']);
  });

  it('means an assertion for the token endpoint, and may bind tokens', async () => {
    const { client } = await makeCertificates();
    const system = await startSystem('/oauth2/default/v1/token', { expires_in: 3600, token_type: 'DPoP' });
    const clientAuthentication = privateKeyJwt(client.key, { keyId: 'k1' });
    const options = { domain: system.origin, clientId: 'orders', clientAuthentication, dpop: true, attachTo };
    const token = await authWith(okta(options)).client('it').getAccessToken();
    const [request] = system.tokenRequests;
    const { claims, header } = await readAssertion(request, 'client_assertion', client.key);
    expect(claims.aud).toBe(`${system.origin}/oauth2/default/v1/token`);
    expect(header.kid).toBe('k1');
    expect(request?.headers['dpop']).toBeTypeOf('string');
    expect(token.tokenType).toBe('DPoP');
  });
});
