import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { googleServiceAccount } from '../../src/providers/google-service-account.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, form, readAssertion, startSystem, type System, wireOf } from './system.ts';

const { client, stranger } = await makeCertificates();
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

  describe('by a function for its key file', () => {
    const give = (credentials: () => unknown, changes: object = {}) =>
      googleServiceAccount(untyped({ credentials, clientEmail: email, scope: 'storage.read', attachTo, ...changes }));

    /** Sends what goes to Google to this system. */
    async function startGoogle(): Promise<{ system: System; fetch: typeof globalThis.fetch }> {
      const system = await startSystem('/token', { expires_in: 0 });
      return {
        system,
        fetch: (input, init) => {
          expect(input).toBe(file.token_uri);
          return globalThis.fetch(`${system.origin}/token`, init);
        },
      };
    }

    it('uses a new key with the identifier that belongs to it', async () => {
      const { system, fetch } = await startGoogle();
      const files: unknown[] = [
        file,
        JSON.stringify({ ...file, private_key: stranger.key, private_key_id: 'k2' }),
        Promise.resolve({ client_email: email, private_key: stranger.key }),
      ];
      const auth = authWith(give(() => files.shift(), { fetch }));
      for (const [index, [key, kid]] of [
        [client.key, 'k1'] as const,
        [stranger.key, 'k2'] as const,
        [stranger.key, undefined] as const,
      ].entries()) {
        await auth.client('it').getAccessToken();
        const { claims, header } = await readAssertion(system.tokenRequests[index], 'assertion', key);
        expect(header.kid).toBe(kid);
        expect(claims).toMatchObject({ iss: email, sub: email, aud: file.token_uri });
      }
    });

    it.each<[string, unknown, string]>([
      ['of another account', { ...file, client_email: 'x@y.example' }, `credentials.client_email: must be ${email}`],
      [
        'for another endpoint',
        { ...file, token_uri: 'https://x.example/token' },
        'credentials.token_uri: must be http',
      ],
      ['without a key', { ...file, private_key: 'a-secret' }, 'credentials.private_key: must be a private key'],
      ['whose key is no text', { ...file, private_key: () => client.key }, 'credentials.private_key: must be a text'],
      ['by its name', './key.json', 'credentials: must be the JSON text'],
      ['that is none', undefined, 'credentials: is missing'],
    ])('refuses a file %s, and sends nothing', async (_, given, problem) => {
      const auth = authWith(give(() => given, { fetch: () => expect.unreachable() }));
      const error: unknown = await auth
        .client('it')
        .getAccessToken()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'credential_unavailable' });
      expect(String(error)).toContain(problem);
      expect(inspect(error)).not.toContain('a-secret');
    });

    it('wants the account’s address, which a key file says itself', () => {
      expect(problemsOf(() => give(() => file, { clientEmail: undefined }))).toEqual([
        'googleServiceAccount({ clientEmail }): is missing; give the client_email of the key files',
      ]);
      expect(problemsOf(() => googleServiceAccount({ ...least, clientEmail: email }))).toEqual([
        'googleServiceAccount({ clientEmail }): is for credentials that a function gives; leave it out',
      ]);
    });
  });
});
