import { exposedSecrets, type ScriptedAnswer } from '@outbound-auth/testing';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { customGrant } from '../../src/grants/custom-grant.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { password } from '../../src/grants/password.ts';
import { MemorySessions } from '../../src/grants/session-keeper.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { TokenRequestError } from '../../src/errors.ts';
import type { TokenEndpoint } from '../../src/token-endpoint/token-endpoint.ts';
import { oneAttempt } from '../one-attempt.ts';
import { deferred, failureOf, plainRequest, startAsking } from '../token-endpoint/asking.ts';
import { askedBy, giveRefreshTokens, type Granting, startGranting } from './granting.ts';

const grant = password({ username: 'grace', password: 'the-password' });

/** A session with `refresh-1`, or `refresh-2` after one rotation. */
async function startSession(
  { rotates = true, rotations = 0 } = {},
  options: Partial<ClientOptions> = {},
): Promise<Granting & { readonly asked: string[] }> {
  const granting = await startGranting(grant, options);
  const { asked } = giveRefreshTokens(granting.server, rotates);
  for (let token = 0; token <= rotations; token += 1) await granting.next();
  asked.length = 0;
  return { ...granting, asked };
}

/** An address on loopback that refuses connections. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('the server listened on no port');
  return `http://127.0.0.1:${address.port}`;
}

const refused: ScriptedAnswer = { status: 400, body: { error: 'invalid_grant' } };

describe('a session', () => {
  it('begins by the grant, goes on by its refresh token, and follows each rotation', async () => {
    const { server, next } = await startGranting(grant);
    const { asked } = giveRefreshTokens(server, true);
    expect([await next(), await next(), await next()]).toEqual(['access-1', 'access-2', 'access-3']);
    expect(asked).toEqual(['password', 'refresh_token refresh-1', 'refresh_token refresh-2']);
  });

  it('sends with the refresh token what the client’s every token request holds, and no password', async () => {
    const { server, next, bodies } = await startGranting(grant, { scope: 'read', parameters: { tenant: 'seven' } });
    giveRefreshTokens(server, true);
    await next();
    await next();
    expect(bodies()[1]).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      scope: 'read',
      tenant: 'seven',
    });
    expect(server.requests[1]?.headers['authorization']).toBe(server.requests[0]?.headers['authorization']);
  });

  it('uses a refresh token again and again that the server does not replace', async () => {
    const { asked, next } = await startSession({ rotates: false });
    await next();
    await next();
    expect(asked).toEqual(['refresh_token refresh-1', 'refresh_token refresh-1']);
  });

  it('takes the same refresh token given again for one that is not replaced', async () => {
    const { server, next } = await startGranting(grant, oneAttempt);
    const same = { access_token: 'an-access-token', token_type: 'Bearer', expires_in: 60, refresh_token: 'the-same' };
    server.respondWith(() => ({ body: same }));
    await next();
    await next();
    server.respondOnce({ status: 502 });
    await failureOf(next());
    await next();
    expect(askedBy(server).slice(1)).toEqual(Array.from({ length: 3 }, () => 'refresh_token the-same'));
  });

  it('is none without a refresh token', async () => {
    const { server, next } = await startGranting(grant);
    await next();
    await next();
    expect(askedBy(server)).toEqual(['password', 'password']);
  });

  it('goes back to the grant once when its refresh token is refused, and on from there', async () => {
    const { server, next, asked } = await startSession();
    server.respondOnce(refused);
    expect(await next()).toBe('access-2');
    await next();
    expect(asked).toEqual(['password', 'refresh_token refresh-2']);
    expect(askedBy(server)).toEqual(['password', 'refresh_token refresh-1', 'password', 'refresh_token refresh-2']);
  });

  it('fails with what the grant is refused for, after one request by each', async () => {
    const { server, next } = await startSession();
    server.respondOnce(refused);
    server.respondOnce({ status: 400, body: { error: 'invalid_grant', error_description: 'password has changed' } });
    expect((await failureOf(next())).server?.errorDescription).toBe('password has changed');
    expect(askedBy(server).slice(1)).toEqual(['refresh_token refresh-1', 'password']);
  });

  it.each<[string, ScriptedAnswer]>([
    ['is reset', { fault: 'reset' }],
    ['breaks off', { fault: 'truncate' }],
    ['is answered 502', { status: 502 }],
    ['is answered 500', { status: 500 }],
    ['is answered by a page', { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['is answered without a token', { body: { token_type: 'Bearer' } }],
  ])(
    'never sends a refresh token again that rotates and whose request %s, but goes back to the grant',
    async (_, answer) => {
      const { server, next } = await startSession({ rotations: 1 });
      server.respondOnce(answer);
      expect(await next()).toBe('access-3');
      await next();
      expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-2', 'password', 'refresh_token refresh-3']);
    },
  );

  it('nor one whose request is not answered in time', async () => {
    const { server, clock, next } = await startSession({ rotations: 1 });
    server.respondOnce({ fault: 'hang' });
    const token = next();
    await server.waitForRequests(3);
    await clock.advance(4_000);
    expect(await token).toBe('access-3');
    await next();
    expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-2', 'password', 'refresh_token refresh-3']);
  });

  it('nor the first, of which nobody knows whether it rotates', async () => {
    const { server, next } = await startSession();
    server.respondOnce({ status: 502 });
    expect(await next()).toBe('access-2');
    expect(askedBy(server).slice(1)).toEqual(['refresh_token refresh-1', 'password']);
  });

  it('sends a refresh token again that did not rotate, whatever became of its last request', async () => {
    const { server, next } = await startSession({ rotates: false, rotations: 1 }, oneAttempt);
    server.respondOnce({ status: 502 });
    expect((await failureOf(next())).server?.status).toBe(502);
    await next();
    expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-1', 'refresh_token refresh-1']);
  });

  it.each<[string, ScriptedAnswer]>([
    ['is answered 429', { status: 429 }],
    ['is answered 503', { status: 503 }],
    ['is answered invalid_client', { status: 401, body: { error: 'invalid_client' } }],
    ['is answered unauthorized_client', { status: 400, body: { error: 'unauthorized_client' } }],
    ['is answered 401 without a word', { status: 401 }],
    ['asks for too much', { status: 400, body: { error: 'invalid_scope' } }],
    ['asks for an unknown resource', { status: 400, body: { error: 'invalid_target' } }],
    ['meets a server that is not there', { status: 404 }],
    ['is redirected', { status: 307, headers: { location: '/elsewhere' } }],
  ])('keeps a refresh token that rotates when its request %s: it was not looked at', async (_, answer) => {
    const { server, next } = await startSession({ rotations: 1 }, oneAttempt);
    server.respondOnce(answer);
    expect((await failureOf(next())).server?.status).toBe(answer.status);
    await next();
    expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-2', 'refresh_token refresh-2']);
  });

  it('keeps it when nobody answers the connection', async () => {
    const nowhere = await closedPort();
    let down = false;
    const { server, next } = await startGranting(grant, {
      ...oneAttempt,
      fetch: (input, init) => fetch(down ? nowhere : input, init),
    });
    giveRefreshTokens(server, true);
    await next();
    await next();
    down = true;
    expect((await failureOf(next())).code).toBe('token_endpoint_unreachable');
    down = false;
    await next();
    expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-2']);
  });

  it('keeps it when the client’s own credentials cannot be read, or do not come in time', async () => {
    let secret: () => string | Promise<string> = () => 'a-secret';
    const { server, clock, next } = await startGranting(grant, { clientSecret: () => secret() });
    giveRefreshTokens(server, true);
    await next();
    await next();
    secret = () => {
      throw new Error('the vault is sealed');
    };
    expect((await failureOf(next())).code).toBe('credential_unavailable');
    const asked = deferred<undefined>();
    secret = () => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    };
    const late = failureOf(next());
    await asked.promise;
    await clock.advance(4_000);
    expect((await late).code).toBe('credential_unavailable');
    secret = () => 'a-secret';
    await next();
    expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-2']);
  });

  it('keeps it when the time is over before it was even read', async () => {
    const { server, endpoint } = await startAsking();
    giveRefreshTokens(server, true);
    let late = false;
    const slow: TokenEndpoint = {
      client: 'billing',
      within: (work) => endpoint.within(work),
      request: (...given) => {
        const error = new TokenRequestError('discovery took all the time', { code: 'token_request_timeout' });
        return late ? Promise.reject(error) : endpoint.request(...given);
      },
    };
    const source = grant.connect(slow, new MemorySessions());
    await source.getToken(plainRequest);
    late = true;
    expect((await failureOf(source.getToken(plainRequest))).code).toBe('token_request_timeout');
    late = false;
    await source.getToken(plainRequest);
    expect(askedBy(server)).toEqual(['password', 'refresh_token refresh-1']);
  });

  it('never uses one refresh token twice at once', async () => {
    const { server, client, next, asked } = await startSession();
    await Promise.all(Array.from({ length: 20 }, () => client.getAccessToken()));
    const gate = server.hold();
    const both = [next(), client.getAccessToken()];
    await server.waitForRequests(2);
    gate.release();
    await Promise.all(both);
    expect(asked).toEqual(['refresh_token refresh-1']);
  });

  it('is a custom grant’s too', async () => {
    const { server, next } = await startGranting(customGrant('urn:example:device', { device: 'the-device' }));
    const { asked } = giveRefreshTokens(server, true);
    await next();
    await next();
    expect(asked).toEqual(['urn:example:device', 'refresh_token refresh-1']);
  });
});

describe('a session that is revoked', () => {
  it('ends here and at the server, refresh token first, and begins anew by the grant', async () => {
    const { client, next, asked } = await startSession();
    await client.revoke();
    expect(await next()).toBe('access-2');
    expect(asked).toEqual(['revoke refresh-1', 'revoke access-1', 'password']);
  });

  it('is over here even if the server does not revoke it', async () => {
    const { server, client, next, asked } = await startSession();
    server.respondOnce({ status: 503 });
    expect((await failureOf(client.revoke())).code).toBe('revocation_failed');
    await next();
    expect(asked).toEqual(['revoke access-1', 'password']);
  });

  it('stays over when its refresh token is just under way', async () => {
    const { server, client, next, asked } = await startSession();
    const late = { access_token: 'access-late', refresh_token: 'refresh-late', token_type: 'Bearer', expires_in: 60 };
    server.respondOnce({ body: late });
    const gate = server.hold(1);
    const token = next();
    await server.waitForRequests(2);
    const revoking = client.revoke();
    gate.release();
    expect(await token).toBe('access-late');
    await revoking;
    expect(client.peekAccessToken()).toBeUndefined();
    await next();
    expect(asked).toEqual(['revoke refresh-late', 'revoke access-late', 'password']);
  });

  it('E13 is over also when it was just beginning', async () => {
    const { server, client } = await startGranting(grant);
    const { asked } = giveRefreshTokens(server, true);
    const gate = server.hold(1);
    const token = client.getAccessToken();
    await server.waitForRequests(1);
    const revoking = client.revoke();
    gate.release();
    const { value } = await token;
    await revoking;
    expect(client.peekAccessToken()).toBeUndefined();
    expect((await client.getAccessToken()).value).not.toBe(value);
    expect(asked).toEqual(['password', 'revoke refresh-1', 'revoke access-1', 'password']);
  });

  it('lets nobody wait for a turn longer than requestTimeout', async () => {
    const { server, clock, endpoint } = await startAsking();
    const source = refreshToken('first').connect(endpoint, new MemorySessions());
    const get = (scope: string) => source.getToken({ ...plainRequest, scope });
    const { asked } = giveRefreshTokens(server, false, 'first');
    server.respondOnce({ fault: 'hang' });
    server.respondOnce({ fault: 'hang' });
    const first = failureOf(get('a'));
    await server.waitForRequests(1);
    await clock.advance(1_000);
    const [second, third] = ['b', 'c'].map((scope) => failureOf(get(scope)));
    await clock.advance(3_000);
    expect((await first).message).toContain('no token from');
    await server.waitForRequests(2);
    await clock.advance(1_000);
    expect(await third).toMatchObject({
      code: 'token_request_timeout',
      message: expect.stringContaining('other requests of the same session take so long') as string,
    });
    await clock.advance(3_000);
    expect((await second)?.message).toContain('no token from');
    expect((await get('c')).value).toBe('access-1');
    expect(asked).toEqual(['refresh_token first']);
    expect(clock.pending).toBe(0);
  });

  it('by refresh token ends the first one too, before it was ever used', async () => {
    const { server, client } = await startGranting(refreshToken('first'));
    const { asked } = giveRefreshTokens(server, true, 'first');
    await client.revoke();
    expect(asked).toEqual(['revoke first']);
    expect((await failureOf(client.getAccessToken())).code).toBe('session_unavailable');
  });

  it('E25 by refresh token: what is known here is over although its function fails, whose words are not trusted', async () => {
    let given = () => 'the-first-token';
    const { server, client } = await startGranting(refreshToken(() => given()));
    const { asked } = giveRefreshTokens(server, false, 'the-first-token');
    await client.getAccessToken();
    await client.getAccessToken({ scope: 'write' });
    await client.revoke();
    asked.splice(0);
    given = () => {
      throw new Error('the vault is sealed: the-first-token');
    };
    const error = await failureOf(client.revoke({ scope: 'write' }));
    expect(error.code).toBe('credential_unavailable');
    expect(error.message).toContain('could not be read, and is not revoked: the vault is sealed');
    expect(exposedSecrets(error, ['the-first-token'])).toEqual([]);
    expect(client.peekAccessToken({ scope: 'write' })).toBeUndefined();
    expect(asked).toEqual(['revoke access-2']);
  });

  it('takes no other session with it', async () => {
    const { client, next, asked } = await startSession();
    await next({ scope: 'write' });
    await client.revoke({ scope: 'write' });
    await next();
    expect(asked).toEqual(['password', 'revoke refresh-2', 'revoke access-2', 'refresh_token refresh-1']);
  });
});
