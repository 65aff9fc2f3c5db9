import { exposedSecrets, manualClock, startAuthorizationServer } from '@outbound-auth/testing';
import { decodeJwt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { none } from '../../src/client-authentication/none.ts';
import { OutboundAuthError, TokenRequestError } from '../../src/errors.ts';
import { Endpoints } from '../../src/token-endpoint/endpoints.ts';
import type { TokenEndpointSettings } from '../../src/token-endpoint/request.ts';
import { Revocation } from '../../src/token-endpoint/revocation.ts';
import { deferred, failureOf, secret, settingsWith } from './asking.ts';

const token = 'the/token+to revoke=';

/** A revocation endpoint: what is scripted for the server's token endpoint is about this one. */
async function startRevoking(settings: Partial<TokenEndpointSettings> = {}) {
  const server = await startAuthorizationServer();
  onTestFinished(() => server.close());
  server.respondWith(() => ({ status: 200 }));
  const clock = manualClock();
  const revocationEndpoint = new URL(`${server.tokenEndpoint}?revoke=1`);
  const tokenEndpoint = new URL('https://idp.example/token');
  const complete = settingsWith(clock, { tokenEndpoint, revocationEndpoint, ...settings });
  const revocation = new Revocation(complete, new Endpoints(complete));
  const at = `at ${server.tokenEndpoint}`;
  return { server, clock, revocation, revoke: () => revocation.revokeAll([[token, 'access_token']]), at };
}

const failed = (what: string, kind = 'access') =>
  `client 'billing': the revocation of its ${kind} token ${what}. The token is not used here any more`;

describe('a revocation', () => {
  it.each(['access_token', 'refresh_token'] as const)(
    'is a form by POST with the token and its kind (%s)',
    async (hint) => {
      const { server, clock, revocation } = await startRevoking();
      await revocation.revokeAll([[token, hint]]);
      expect(server.requests).toHaveLength(1);
      expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/token?revoke=1' });
      expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
      expect(Object.fromEntries(server.requests[0]?.parameters ?? [])).toEqual({ token, token_type_hint: hint });
      expect(clock.pending).toBe(0);
    },
  );

  it('is authenticated as a token request is', async () => {
    const basic = await startRevoking();
    await basic.revoke();
    expect(basic.server.requests[0]?.headers['authorization']).toMatch(/^Basic \w+/);
    const post = await startRevoking({ authenticate: clientSecretPost(secret) });
    await post.revoke();
    expect(Object.fromEntries(post.server.requests[0]?.parameters ?? [])).toMatchObject({
      client_id: 'orders',
      client_secret: secret,
    });
    const open = await startRevoking({ authenticate: none() });
    await open.revoke();
    expect(open.server.requests[0]?.parameters.get('client_id')).toBe('orders');
  });

  it('E28 holds an assertion for the issuer, or the token endpoint', async () => {
    const key = 'a-secret-of-32-characters-at-least';
    const { server, revoke } = await startRevoking({ authenticate: clientSecretJwt(key) });
    await revoke();
    await revoke();
    const [one, other] = server.requests.map(({ parameters }) => decodeJwt(parameters.get('client_assertion') ?? ''));
    expect(one).toMatchObject({ iss: 'orders', sub: 'orders', aud: 'https://idp.example/token' });
    expect(one?.jti).not.toBe(other?.jti);
  });

  it('carries the further headers of token requests', async () => {
    const { server, revoke } = await startRevoking({ tokenRequestHeaders: [['x-api-key', () => 'the-api-key']] });
    await revoke();
    expect(server.requests[0]?.headers['x-api-key']).toBe('the-api-key');
  });

  it.each([200, 201, 204])('is done with the status %d, whatever the body', async (status) => {
    const { server, revoke } = await startRevoking();
    server.respondOnce({ status, ...(status !== 204 && { body: '<p>' }) });
    await revoke();
  });

  it('E27 is sent again with a secret that has changed, once', async () => {
    let asked = 0;
    const { server, revoke } = await startRevoking({ authenticate: clientSecretBasic(() => `secret-${(asked += 1)}`) });
    server.respondOnce({ status: 401, body: { error: 'invalid_client' } });
    await revoke();
    expect(server.requests.map(({ headers }) => atob(headers['authorization']?.slice(6) ?? ''))).toEqual([
      'orders:secret-1',
      'orders:secret-2',
    ]);
    server.respondWith(() => ({ status: 401 }));
    expect((await failureOf(revoke())).server?.status).toBe(401);
    expect(server.requests).toHaveLength(4);
  });
});

describe('a revocation that fails', () => {
  it.each([
    [{ status: 503, headers: { 'retry-after': '5' } }, 'answered 503 without a word', { status: 503 }],
    [
      { status: 400, body: { error: 'unsupported_token_type', error_description: 'No such' } },
      'answered 400 (unsupported_token_type: No such)',
      { status: 400, error: 'unsupported_token_type', errorDescription: 'No such' },
    ],
    [{ status: 401 }, 'answered 401 without a word', { status: 401 }],
    [{ status: 302, headers: { location: '/elsewhere' } }, 'answered 302 without a word', { status: 302 }],
    [{ status: 404, body: '<h1>Not Found</h1>' }, 'answered 404 without a word', { status: 404 }],
    [{ status: 500, body: 'x'.repeat(1_048_577) }, 'answered 500 without a word', { status: 500 }],
  ])('with %j says so', async (answer, said, server) => {
    const { server: from, revoke, clock, at } = await startRevoking();
    from.respondOnce(answer);
    const error = await failureOf(revoke());
    expect(error).toBeInstanceOf(OutboundAuthError);
    expect(error).not.toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({ code: 'revocation_failed', client: 'billing', status: 502, server });
    expect(error.message).toBe(failed(`${at} was ${said}`));
    expect(from.requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('for nobody is there says so', async () => {
    const { server, revoke, clock, at } = await startRevoking();
    await server.close();
    const error = await failureOf(revoke());
    expect(error).toMatchObject({ code: 'revocation_failed', cause: { cause: { code: 'ECONNREFUSED' } } });
    expect(error.message).toBe(failed(`${at} came to nothing (ECONNREFUSED)`));
    expect(clock.pending).toBe(0);
  });

  it.each(['reset', 'truncate'] as const)('for the connection is cut (%s) says so', async (fault) => {
    const { server, revoke } = await startRevoking();
    server.respondOnce({ fault });
    const error = await failureOf(revoke());
    expect(error.code).toBe('revocation_failed');
    expect(error.message).toMatch(/came to nothing \((ECONNRESET|UND_ERR_SOCKET)\)/);
  });

  it('for there is no answer says so after requestTimeout', async () => {
    const { server, revoke, clock } = await startRevoking();
    server.respondOnce({ fault: 'hang' });
    const revoking = failureOf(revoke());
    await server.waitForRequests(1);
    await clock.advance(4_000);
    expect(await revoking).toMatchObject({
      code: 'revocation_failed',
      message: failed('was not answered within 4 s (requestTimeout)'),
    });
    expect(clock.pending).toBe(0);
  });

  it('E50 for its secret cannot be read blames that, and not the server', async () => {
    const throwing = await startRevoking({
      authenticate: clientSecretBasic(() => Promise.reject(new Error('sealed'))),
    });
    expect(await failureOf(throwing.revoke())).toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': its credentials could not be read: sealed",
    });
    const reading = deferred<undefined>();
    const hanging = () => (reading.resolve(undefined), new Promise<string>(() => undefined));
    const { server, clock, revoke } = await startRevoking({ authenticate: clientSecretBasic(hanging) });
    const revoking = failureOf(revoke());
    await reading.promise;
    await clock.advance(4_000);
    expect(await revoking).toMatchObject({
      code: 'credential_unavailable',
      message: "client 'billing': its credentials could not be read within 4 s (requestTimeout)",
    });
    expect(server.requests).toHaveLength(0);
  });

  it('for its endpoint cannot be discovered says so', async () => {
    const issuer = await startAuthorizationServer();
    await issuer.close();
    const { revoke } = await startRevoking({ issuer: issuer.issuer, revocationEndpoint: undefined });
    expect((await failureOf(revoke())).code).toBe('discovery_failed');
  });

  it('for nothing tells where says what to do', async () => {
    const { revoke, server } = await startRevoking({ revocationEndpoint: undefined });
    expect(await failureOf(revoke())).toMatchObject({
      code: 'revocation_failed',
      message: expect.stringContaining('Give revocationEndpoint') as string,
    });
    expect(server.requests).toHaveLength(0);
  });

  it('E25 shows neither the token nor the secret, however they are echoed', async () => {
    const { server, revoke } = await startRevoking();
    server.respondWith(({ body, headers }) => ({
      status: 400,
      body: { error: token, error_description: `${token} ${body} ${headers['authorization'] ?? ''} ${secret}` },
    }));
    const error = await failureOf(revoke());
    const [, credentials = ''] = server.requests[0]?.headers['authorization']?.split(' ') ?? [];
    expect(credentials.length).toBeGreaterThan(20);
    expect(exposedSecrets(error, [token, secret, credentials])).toEqual([]);
    expect(error.server).toMatchObject({ status: 400, error: '[redacted]' });
  });

  it('E25 shows nothing that a failing fetch tells', async () => {
    const { revoke } = await startRevoking({
      fetch: (_input, init) =>
        Promise.reject(
          Object.assign(new Error(`sent ${new Headers(init?.headers).get('authorization') ?? ''} ${token}`), { init }),
        ),
    });
    const error = await failureOf(revoke());
    expect(error.message).toContain('came to nothing (sent [redacted] [redacted])');
    expect(exposedSecrets(error, [token, secret])).toEqual([]);
  });
});

describe('two revocations', () => {
  const both = [
    ['the-refresh-token', 'refresh_token'],
    ['the-access-token', 'access_token'],
  ] as const;
  const tokensIn = (requests: readonly { parameters: URLSearchParams }[]) =>
    requests.map(({ parameters }) => parameters.get('token'));

  it('go one after the other, in their order', async () => {
    const { server, revocation } = await startRevoking();
    const gate = server.hold(1);
    const revoking = revocation.revokeAll(both);
    await server.waitForRequests(1);
    expect(tokensIn(server.requests)).toEqual(['the-refresh-token']);
    gate.release();
    await revoking;
    expect(tokensIn(server.requests)).toEqual(['the-refresh-token', 'the-access-token']);
  });

  it('are both tried when the first fails, and that is told', async () => {
    const { server, revocation, at } = await startRevoking();
    server.respondOnce({ status: 503 });
    const error = await failureOf(revocation.revokeAll(both));
    expect(error.message).toBe(failed(`${at} was answered 503 without a word`, 'refresh'));
    expect(tokensIn(server.requests)).toEqual(['the-refresh-token', 'the-access-token']);
  });

  it('are both told when both fail', async () => {
    const { server, revocation, at } = await startRevoking();
    server.respondOnce({ status: 503 });
    server.respondOnce({ status: 400, body: { error: 'unsupported_token_type' } });
    const error = await failureOf(revocation.revokeAll(both));
    expect(error).toMatchObject({ code: 'revocation_failed', client: 'billing', server: { status: 503 } });
    const first = failed(`${at} was answered 503 without a word`, 'refresh');
    expect(error.message).toBe(`${first}; ${failed(`${at} was answered 400 (unsupported_token_type)`)}`);
  });

  it('that are none do nothing', async () => {
    const { server, revocation } = await startRevoking({ revocationEndpoint: undefined });
    await revocation.revokeAll([]);
    expect(server.requests).toHaveLength(0);
  });
});
