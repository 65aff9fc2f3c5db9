import { describe, expect, it } from 'vitest';
import { salesforce } from '../../src/providers/salesforce.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, form, readAssertion, startSystem, wireOf } from './system.ts';

const { client } = await makeCertificates();
const attachTo = ['https://my-company.my.salesforce.com'];
const least = { clientId: '3MVG9orders', username: 'orders@example.com', key: client.key };

describe('salesforce', () => {
  it('gives the addresses of the common login, and the shortest session as lifetime', () => {
    const { grant, clientAuthentication, ...options } = salesforce({ ...least, attachTo });
    expect(options).toEqual({
      tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
      clientId: '3MVG9orders',
      defaultLifetime: 900,
      attachTo,
    });
    expect(grant?.type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    expect(clientAuthentication).toBeTypeOf('function');
    expect(salesforce({ ...least, attachTo, defaultLifetime: 7200 }).defaultLifetime).toBe(7200);
  });

  it('sends the token to a My Domain that it is requested from', () => {
    const options = salesforce({ ...least, loginUrl: 'my-company.my.salesforce.com/' });
    expect(options.tokenEndpoint).toBe('https://my-company.my.salesforce.com/services/oauth2/token');
    expect(options.attachTo).toEqual(['https://my-company.my.salesforce.com']);
  });

  it.each([
    [undefined, 'https://login.salesforce.com'],
    ['https://test.salesforce.com', 'https://test.salesforce.com'],
    ['https://my-company.my.salesforce.com', 'https://login.salesforce.com'],
    ['https://my-company--dev.sandbox.my.salesforce.com', 'https://test.salesforce.com'],
    ['https://data-dream-1.scratch.my.salesforce.com', 'https://test.salesforce.com'],
  ])('means an assertion at %s for %s', async (loginUrl, audience) => {
    const system = await startSystem('/services/oauth2/token', { instance_url: 'https://x.example' });
    // Its address is on loopback here, all the rest is as it was given.
    const options = salesforce({ ...least, loginUrl, attachTo });
    const tokenEndpoint = `${system.origin}/services/oauth2/token`;
    await authWith({ ...options, tokenEndpoint })
      .client('it')
      .getAccessToken();
    const { claims } = await readAssertion(system.tokenRequests[0], 'assertion', client.key);
    expect(claims).toMatchObject({ iss: '3MVG9orders', sub: 'orders@example.com', aud: audience });
  });

  it('sends the assertion and nothing else, and takes an answer without a lifetime', async () => {
    const system = await startSystem('/services/oauth2/token', {});
    const options = { ...least, loginUrl: system.origin, audience: 'https://site.example/customers', attachTo };
    const token = await authWith(salesforce(options)).client('it').getAccessToken();
    const [request] = system.tokenRequests;
    const { claims, header } = await readAssertion(request, 'assertion', client.key);
    expect(wireOf(request)).toEqual({
      'content-type': form,
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: request?.parameters.get('assertion'),
      },
    });
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(claims.aud).toBe('https://site.example/customers');
    expect(token.expiresAt - token.obtainedAt).toBe(900_000);
  });
});
