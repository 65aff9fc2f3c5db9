import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf, secret, startAsking } from '../token-endpoint/asking.ts';
import { exposedSecrets } from '@outbound-auth/testing';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a JWT signed by the client secret', () => {
  it.each([undefined, 'HS256', 'HS384', 'HS512'] as const)(
    'by %s is verified by the same secret',
    async (algorithm) => {
      const { server, clock, ask } = await startAsking(({ issuer }) => ({
        issuer,
        authenticate: clientSecretJwt(secret, { algorithm }),
      }));
      await ask();
      const { client_assertion: assertion = '', ...sent } = Object.fromEntries(server.requests[0]?.parameters ?? []);
      expect(sent).toEqual({
        grant_type: 'client_credentials',
        client_id: 'orders',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      expect(decodeProtectedHeader(assertion)).toEqual({ typ: 'JWT', alg: algorithm ?? 'HS256' });
      const { payload } = await jwtVerify(assertion, bytes(secret), {
        issuer: 'orders',
        subject: 'orders',
        audience: server.issuer,
        currentDate: new Date(clock.now()),
      });
      expect(payload.exp).toBe(clock.now() / 1_000 + 60);
      await expect(jwtVerify(assertion, bytes('another'))).rejects.toMatchObject({
        code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      });
    },
  );

  it('never takes the secret along', async () => {
    const { server, ask } = await startAsking(() => ({ authenticate: clientSecretJwt(secret) }));
    await ask();
    expect(exposedSecrets(server.requests, [secret])).toEqual([]);
    server.respondOnce({ status: 400, body: { error: 'invalid_request', error_description: secret } });
    expect(exposedSecrets(await failureOf(ask()), [secret])).toEqual([]);
  });

  it('E27 is signed by a secret that has changed, after invalid_client at once', async () => {
    let present = 'the-secret-of-yesterday';
    const { server, clock, ask } = await startAsking(() => ({ authenticate: clientSecretJwt(async () => present) }));
    await ask();
    server.respondWith(({ parameters }) => {
      present = 'the-secret-of-today';
      server.respondWith(undefined);
      return parameters.has('client_assertion') ? { status: 401, body: { error: 'invalid_client' } } : undefined;
    });
    await ask();
    const assertions = server.requests.map(({ parameters }) => parameters.get('client_assertion') ?? '');
    const secrets = ['the-secret-of-yesterday', 'the-secret-of-yesterday', 'the-secret-of-today'];
    expect(assertions).toHaveLength(secrets.length);
    for (const [index, assertion] of assertions.entries())
      await jwtVerify(assertion, bytes(secrets[index] ?? ''), { currentDate: new Date(clock.now()) });
  });

  it.each([undefined, null, '', 7, {}])('is checked when it is given: %o is no secret', (given) => {
    expect(problemsOf(() => clientSecretJwt(untyped(given)))).toEqual([
      'clientSecretJwt(secret): must be a text that is not empty, or a function that gives one (for example env(…))',
    ]);
  });

  it('is checked when it is given: options too', () => {
    const options = { algorithm: 'RS256', expiresIn: 0, audiance: 'issuer', keyId: 'a' };
    expect(problemsOf(() => clientSecretJwt(secret, untyped(options)))).toEqual([
      "clientSecretJwt(secret, { algorithm }): must be 'HS256' or 'HS384' or 'HS512'",
      'clientSecretJwt(secret, { expiresIn }): must be a number from 1 to 1000000 (seconds), not 0',
      'clientSecretJwt(secret, { audiance }): is no option; did you mean audience?',
      'clientSecretJwt(secret, { keyId }): is no option',
    ]);
  });
});
