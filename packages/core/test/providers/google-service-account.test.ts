import { describe, expect, it } from 'vitest';
import { googleServiceAccount } from '../../src/providers/google-service-account.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, form, readAssertion, startSystem, wireOf } from './system.ts';

const { client } = await makeCertificates();
const email = 'orders@my-project.iam.gserviceaccount.com';
const file = {
  type: 'service_account',
  project_id: 'my-project',
  private_key_id: 'k1',
  private_key: client.key,
  client_email: email,
  token_uri: 'https://oauth2.googleapis.com/token',
};
const attachTo = ['https://storage.googleapis.com'];
const least = { credentials: file, scope: ['storage.read', 'storage.write'], attachTo };

describe('googleServiceAccount', () => {
  it('gives an assertion by the key, and no client authentication', () => {
    for (const credentials of [file, JSON.stringify(file), { ...file, token_uri: undefined }]) {
      const { grant, clientAuthentication, ...options } = googleServiceAccount({ ...least, credentials });
      expect(options).toEqual({
        tokenEndpoint: 'https://oauth2.googleapis.com/token',
        clientId: email,
        scope: least.scope,
        attachTo,
      });
      expect(grant?.type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
      expect(clientAuthentication).toBeTypeOf('function');
    }
  });

  it.each([
    [undefined, email],
    ['anna@example.com', 'anna@example.com'],
  ])('sends the assertion and nothing else, for the user %s', async (subject, sub) => {
    const system = await startSystem('/token');
    const credentials = { ...file, token_uri: `${system.origin}/token`, private_key: () => client.key };
    await authWith(googleServiceAccount({ ...least, credentials, subject }))
      .client('it')
      .getAccessToken();
    const [request] = system.tokenRequests;
    const { claims, header } = await readAssertion(request, 'assertion', client.key);
    expect(wireOf(request)).toEqual({
      'content-type': form,
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: request?.parameters.get('assertion'),
      },
    });
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    const { iat = 0, exp = 0, ...said } = claims;
    expect(said).toMatchObject({ iss: email, sub, aud: credentials.token_uri, scope: 'storage.read storage.write' });
    expect(exp - iat).toBeLessThanOrEqual(3600);
  });
});
