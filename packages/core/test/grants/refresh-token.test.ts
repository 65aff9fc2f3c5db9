import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/comparable.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { oneAttempt } from '../one-attempt.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { deferred, failureOf } from '../token-endpoint/asking.ts';
import { askedBy, giveRefreshTokens, startGranting } from './granting.ts';

describe('a session by a refresh token alone', () => {
  it('sends that refresh token, with the client’s parameters and authentication', async () => {
    const { server, next, bodies } = await startGranting(refreshToken('first'), { scope: 'read' });
    giveRefreshTokens(server, true, 'first');
    expect(await next()).toBe('access-1');
    expect(bodies()).toEqual([{ grant_type: 'refresh_token', refresh_token: 'first', scope: 'read' }]);
    expect(server.requests[0]?.headers['authorization']).toMatch(/^Basic /);
  });

  it('follows each rotation, and tells of it before the access token is used', async () => {
    const told: string[] = [];
    const noted = deferred<undefined>();
    const { server, client, clock, next } = await startGranting(
      refreshToken('first', {
        onRotated: async (token) => {
          told.push(token);
          await noted.promise;
        },
      }),
    );
    const { asked } = giveRefreshTokens(server, true, 'first');
    let used = false;
    const token = client.getAccessToken().then(() => (used = true));
    await server.waitForRequests(1);
    // Turns of the event loop, so that whatever could come has come.
    while (told.length === 0) await clock.advance(0);
    await clock.advance(0);
    expect([told, used]).toEqual([['refresh-1'], false]);
    noted.resolve(undefined);
    await token;
    await next();
    await next();
    expect(asked).toEqual(['refresh_token first', 'refresh_token refresh-1', 'refresh_token refresh-2']);
    expect(told).toEqual(['refresh-1', 'refresh-2', 'refresh-3']);
  });

  it('goes on with the same one where it does not rotate, and tells nothing', async () => {
    const told: string[] = [];
    const onRotated = (token: string) => void told.push(token);
    const { server, next } = await startGranting(refreshToken('first', { onRotated }), oneAttempt);
    const { asked } = giveRefreshTokens(server, false, 'first');
    await next();
    await next();
    server.respondOnce({ status: 502 });
    await failureOf(next());
    await next();
    expect(asked).toEqual(Array.from({ length: 3 }, () => 'refresh_token first'));
    expect(server.requests).toHaveLength(4);
    expect(told).toEqual([]);
  });

  const lose = (token: string): never => {
    throw new Error(`cannot write ${token} to disk`);
  };

  it.each([
    ['throws', lose],
    ['rejects', async (token: string) => lose(token)],
  ])('E25 warns of an onRotated that %s, without the token, and uses what it has', async (_, onRotated) => {
    const { server, next } = await startGranting(refreshToken('first', { onRotated }));
    const { asked } = giveRefreshTokens(server, true, 'first');
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    expect(await next()).toBe('access-1');
    const warning = await warned;
    expect(warning).toMatchObject({ name: 'OutboundAuthWarning' });
    expect(warning.message).toContain('onRotated failed, and may have lost a refresh token: cannot write [redacted]');
    expect(exposedSecrets(warning, ['refresh-1', 'access-1'])).toEqual([]);
    await next();
    expect(asked).toEqual(['refresh_token first', 'refresh_token refresh-1']);
  });

  it('E50 waits for an onRotated that hangs no longer than requestTimeout, and warns', async () => {
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const onRotated = () => {
      tell();
      return new Promise<void>(() => undefined);
    };
    const { server, clock, next } = await startGranting(refreshToken('first', { onRotated }));
    giveRefreshTokens(server, true, 'first');
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const token = next();
    await told;
    await clock.advance(4_000);
    expect(await token).toBe('access-1');
    expect((await warned).message).toContain('it took longer than 4 s (requestTimeout)');
    expect(clock.pending).toBe(0);
  });

  it('is over when a later refresh token is lost, never sends the spent first one, and says what to do', async () => {
    const { server, next } = await startGranting(refreshToken('first'));
    giveRefreshTokens(server, true, 'first');
    await next();
    server.respondOnce({ fault: 'reset' });
    for (const attempt of ['at once', 'ever after']) {
      const error = await failureOf(next());
      expect(error, attempt).toMatchObject({ code: 'session_unavailable', status: 503, client: 'billing' });
      expect(error.message).toContain('Sign in again, and give the new refresh token');
      expect(exposedSecrets(error, ['refresh-1', 'access-1'])).toEqual([]);
    }
    expect(askedBy(server)).toEqual(['refresh_token first', 'refresh_token refresh-1']);
  });

  it('carries what the server said when it is over because of a refusal', async () => {
    const { server, next } = await startGranting(refreshToken('first'));
    giveRefreshTokens(server, true, 'first');
    await next();
    server.respondOnce({ status: 400, body: { error: 'invalid_grant', error_description: 'signed out' } });
    expect(await failureOf(next())).toMatchObject({
      code: 'session_unavailable',
      server: { status: 400, error: 'invalid_grant', errorDescription: 'signed out' },
      cause: { code: 'token_request_refused' },
    });
    expect(askedBy(server)).toHaveLength(2);
  });

  it('sends a refused one that does not rotate once for a call, and again in the next', async () => {
    const { server, next } = await startGranting(refreshToken('first'));
    giveRefreshTokens(server, false, 'first');
    await next();
    server.respondOnce({ status: 400, body: { error: 'invalid_grant' } });
    expect((await failureOf(next())).code).toBe('token_request_refused');
    expect(server.requests).toHaveLength(2);
    expect(await next()).toBe('access-2');
  });

  it('sends the first one again after an unknown end, as long as no server has rotated it', async () => {
    const { server, next } = await startGranting(refreshToken('first'), oneAttempt);
    giveRefreshTokens(server, true, 'first');
    server.respondOnce({ fault: 'reset' });
    expect((await failureOf(next())).code).toBe('token_endpoint_unreachable');
    await next();
    expect(askedBy(server)).toEqual(['refresh_token first', 'refresh_token first']);
  });

  it('begins anew when its function gives another refresh token', async () => {
    let present = 'first';
    const { server, next } = await startGranting(refreshToken(async () => present));
    giveRefreshTokens(server, true, 'first', 'second');
    await next();
    server.respondOnce({ status: 502 });
    expect((await failureOf(next())).code).toBe('session_unavailable');
    present = 'second';
    expect(await next()).toBe('access-2');
    await next();
    expect(askedBy(server)).toEqual([
      'refresh_token first',
      'refresh_token refresh-1',
      'refresh_token second',
      'refresh_token refresh-2',
    ]);
  });

  it('asks its function only when it begins, and never sends what that keeps giving of the old ones', async () => {
    let kept = 'first';
    let reads = 0;
    const grant = refreshToken(() => ((reads += 1), kept), { onRotated: (token) => void (kept = token) });
    const { server, next } = await startGranting(grant);
    giveRefreshTokens(server, true, 'first');
    await next();
    await next();
    expect([reads, kept]).toEqual([1, 'refresh-2']);
    server.respondOnce({ fault: 'reset' });
    // It still gives refresh-2, of which nobody knows whether it was exchanged; before it gave what certainly was.
    for (const stale of ['refresh-2', 'refresh-1', 'first']) {
      kept = stale;
      expect((await failureOf(next())).code).toBe('session_unavailable');
    }
    expect(askedBy(server).slice(2)).toEqual(['refresh_token refresh-2']);
  });

  it('does not send a new beginning twice either, once the server is known to rotate', async () => {
    let present = 'first';
    const { server, next } = await startGranting(
      refreshToken(() => present),
      oneAttempt,
    );
    giveRefreshTokens(server, true, 'first', 'second');
    await next();
    server.respondOnce({ fault: 'reset' });
    await failureOf(next());
    present = 'second';
    server.respondOnce({ fault: 'reset' });
    expect((await failureOf(next())).code).toBe('token_endpoint_unreachable');
    expect((await failureOf(next())).code).toBe('session_unavailable');
    expect(askedBy(server).filter((asked) => asked === 'refresh_token second')).toHaveLength(1);
  });

  it('sends a new beginning again after an unknown end, where an old one was revoked and none was rotated', async () => {
    let present = 'first';
    const { server, client, next } = await startGranting(
      refreshToken(() => present),
      oneAttempt,
    );
    giveRefreshTokens(server, false, 'first', 'second');
    await next();
    await client.revoke();
    present = 'second';
    server.respondOnce({ fault: 'reset' });
    expect((await failureOf(next())).code).toBe('token_endpoint_unreachable');
    await next();
    expect(askedBy(server).slice(-2)).toEqual(['refresh_token second', 'refresh_token second']);
  });

  it('is one for all scopes: its refresh token is never used twice at once', async () => {
    const { server, client } = await startGranting(refreshToken('first'));
    const { asked } = giveRefreshTokens(server, true, 'first');
    const scopes = Array.from({ length: 12 }, (_, index) => `scope-${index}`);
    const tokens = await Promise.all(scopes.map((scope) => client.getAccessToken({ scope })));
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(12);
    // Any token used twice would have ended all of them.
    const inOrder = scopes.map((_, index) => `refresh_token ${index === 0 ? 'first' : `refresh-${index}`}`);
    expect(asked).toEqual(inOrder);
    expect(server.requests.map(({ parameters }) => parameters.get('scope')).sort()).toEqual([...scopes].sort());
  });

  it('outlives a call that asks for too much', async () => {
    const { server, client, next } = await startGranting(refreshToken('first'));
    giveRefreshTokens(server, true, 'first');
    await next();
    server.respondOnce({ status: 400, body: { error: 'invalid_scope' } });
    expect((await failureOf(client.getAccessToken({ scope: 'everything' }))).server?.error).toBe('invalid_scope');
    expect(await next()).toBe('access-2');
  });

  it('is over when it is revoked, until there is a new refresh token', async () => {
    for (const rotates of [true, false]) {
      let present = 'first';
      const { server, client, next } = await startGranting(refreshToken(() => present));
      const { asked } = giveRefreshTokens(server, rotates, 'first', 'second');
      await next();
      await client.revoke();
      const revoked = rotates ? 'refresh-1' : 'first';
      expect(asked).toEqual(['refresh_token first', `revoke ${revoked}`, 'revoke access-1']);
      expect((await failureOf(next())).code).toBe('session_unavailable');
      present = revoked;
      expect((await failureOf(next())).code).toBe('session_unavailable');
      present = 'second';
      await next();
      expect(asked.slice(3)).toEqual(['refresh_token second']);
    }
  });

  it('calls a refresh token unreadable that does not come as a text', async () => {
    const { server, next } = await startGranting(refreshToken(() => untyped(undefined)));
    expect((await failureOf(next())).code).toBe('credential_unavailable');
    expect(server.requests).toEqual([]);
  });

  it('E10 has its first refresh token in its key, as text, whatever it is rotated to', () => {
    expect(refreshToken('first').subject).toEqual([{ name: 'refresh_token', source: 'first' }]);
    expect(refreshToken(() => 'first').subject).toEqual([]);
  });

  it('is told from another by what it was made of, for tenants', () => {
    expect(fingerprint(refreshToken('first'))).toBe(fingerprint(refreshToken('first')));
    expect(fingerprint(refreshToken('first'))).not.toBe(fingerprint(refreshToken('second')));
  });

  it('is checked when it is made', () => {
    const rule = 'must be a text that is not empty, or a function that gives one (for example env(…))';
    expect(problemsOf(() => refreshToken(untyped(undefined)))).toEqual([`refreshToken(refreshToken): ${rule}`]);
    expect(problemsOf(() => refreshToken(''))).toEqual([`refreshToken(refreshToken): ${rule}`]);
    expect(problemsOf(() => refreshToken('first', untyped({ onRotated: 'x', onRotate: 'x' })))).toEqual([
      'refreshToken(refreshToken, { onRotated }): must be a function, not a text',
      'refreshToken(refreshToken, { onRotate }): is no option; did you mean onRotated?',
    ]);
  });
});
