import { exposedSecrets } from '@outbound-auth/testing';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { oneAttempt } from '../one-attempt.ts';
import { untyped } from '../options/problems.ts';
import { startScene } from '../outgoing/scene.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { passUntil, until } from './waiting.ts';

describe('row "close"', () => {
  it('running flights end, and their callers get their tokens', async () => {
    const { server, api, clock, auth } = await startScene();
    const gate = server.hold();
    const calls = [auth.fetch(`${api.origin}/v2/a`), auth.client('billing').getAccessToken({ scope: 'other' })];
    await server.waitForRequests(2);
    const state = { closed: false };
    const closing = auth.close().then(() => (state.closed = true));
    await clock.advance(0);
    expect(state.closed).toBe(false);
    gate.release();
    await Promise.all([...calls, closing]);
    expect(clock.pending).toBe(0);
  });

  it('new ones are refused and say why, while what is in memory serves calls that drain', async () => {
    const { server, api, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    await auth.close();
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(await failureOf(auth.client('billing').getAccessToken({ scope: 'other' }))).toMatchObject({
      code: 'closed',
      status: 503,
      message: "client 'billing': no token is requested any more, because auth.close() was called",
    });
    expect(server.requests).toHaveLength(1);
  });

  it('a token that is due serves on, in the background and in the foreground, with no request and no rejection', async () => {
    for (const renewal of ['background', 'foreground'] as const) {
      const { server, api, clock, auth } = await startScene({ renewal });
      await auth.fetch(`${api.origin}/v2/a`);
      await clock.advance(58 * 60_000);
      await auth.close();
      expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
      expect(server.requests).toHaveLength(1);
    }
  });

  it('a flight in a pause between attempts ends too', async () => {
    const { server, clock, auth, events } = await startScene({}, { random: () => 1 });
    server.respondOnce({ status: 503 });
    const token = auth.client('billing').getAccessToken();
    await until(clock, () => events.some(({ type }) => type === 'token.retrying'));
    await passUntil(clock, auth.close());
    expect((await token).value).toBe(server.issuedTokens[0]?.accessToken);
    expect(clock.pending).toBe(0);
  });

  it('a caller that waits for the end of a hold is told', async () => {
    const { server, clock, auth, events } = await startScene({ attempts: 1 });
    server.respondOnce({ status: 503 });
    const failure = failureOf(auth.client('billing').getAccessToken());
    await until(clock, () => events.some(({ type }) => type === 'token.held_back'));
    await until(clock, () => auth.status().clients['billing']?.requests.underWay === 0);
    await passUntil(clock, auth.close());
    await passUntil(clock, failure);
    expect((await failure).code).toBe('closed');
    expect([server.requests.length, clock.pending]).toEqual([1, 0]);
  });

  it('once is as good as often', async () => {
    const { auth } = await startScene();
    await Promise.all([auth.close(), auth.close()]);
    await auth[Symbol.asyncDispose]();
  });
});

describe('warmUp', () => {
  it('gets the own tokens of all clients, at once, or of those that are named', async () => {
    const { server, auth } = await startScene();
    await auth.warmUp({ clients: [] });
    expect(server.requests).toEqual([]);
    await auth.warmUp();
    expect(auth.client('billing').peekAccessToken()?.value).toBe(server.issuedTokens[0]?.accessToken);
    await auth.warmUp({ clients: ['billing'] });
    expect(server.requests).toHaveLength(1);
  });

  it('passes over clients whose tokens are their users’', async () => {
    const { server, auth } = await startScene({ grant: tokenExchange() });
    await auth.warmUp();
    expect(server.requests).toEqual([]);
  });

  it('fails as the one client that has no token does', async () => {
    const { server, auth } = await startScene(oneAttempt);
    server.respondWith(() => ({ status: 503 }));
    expect(await failureOf(auth.warmUp())).toMatchObject({ code: 'token_endpoint_failed', client: 'billing' });
  });

  it('tells of every client that has none', async () => {
    const { server, clock } = await startScene();
    server.respondWith(({ parameters }) =>
      parameters.get('scope') === 'good' ? undefined : { status: 400, body: { error: 'invalid_scope' } },
    );
    const client = { tokenEndpoint: server.tokenEndpoint, clientId: 'a', clientSecret: 'b', attachTo: [server.issuer] };
    const scoped = (scope: string) => ({ ...client, scope });
    const auth = createOutboundAuth({ clock, clients: { one: scoped('x'), two: scoped('good'), three: scoped('y') } });
    const { message } = await failureOf(auth.warmUp());
    expect(message.split('\n').map((line) => line.slice(0, 'client ...'.length + 5))).toEqual([
      expect.stringContaining("'one'"),
      expect.stringContaining("'three'"),
    ]);
    expect(auth.client('two').peekAccessToken()).toBeDefined();
  });

  it('ends with its caller’s patience, by the caller’s own reason', async () => {
    const { server, auth } = await startScene();
    const gate = server.hold();
    const controller = new AbortController();
    const warming = auth.warmUp({ signal: controller.signal });
    await server.waitForRequests(1);
    controller.abort('not ready');
    await expect(warming).rejects.toBe('not ready');
    gate.release();
  });

  it('knows no client that is not there', async () => {
    const { auth } = await startScene();
    const error = await failureOf(auth.warmUp({ clients: [untyped('biling')] }));
    expect(error).toMatchObject({ code: 'unknown_client' });
  });
});

describe('status', () => {
  it('follows a token through its life, and asks nobody', async () => {
    const { server, clock, auth } = await startScene({}, { random: () => 0 });
    const token = () => auth.status().clients['billing']?.token;
    expect(auth.status()).toEqual({
      clients: {
        billing: {
          token: 'none',
          obtainedAt: undefined,
          expiresAt: undefined,
          renewalDueAt: undefined,
          tokens: 0,
          requests: { underWay: 0, succeeded: 0, failed: 0 },
          heldBackUntil: undefined,
          lastError: undefined,
        },
      },
      tenants: 0,
      store: 'none',
    });
    await auth.client('billing').getAccessToken();
    const now = clock.now();
    expect(auth.status().clients['billing']).toMatchObject({
      token: 'valid',
      obtainedAt: now,
      expiresAt: now + 3_600_000,
      renewalDueAt: now + 3_300_000,
      tokens: 1,
      requests: { underWay: 0, succeeded: 1, failed: 0 },
    });
    await clock.advance(3_300_000);
    expect(token()).toBe('due');
    await clock.advance(270_000);
    expect(token()).toBe('expired');
    expect(server.requests).toHaveLength(1);
  });

  it('tells of what is under way, what failed last, and until when nothing is asked', async () => {
    const { server, clock, auth } = await startScene();
    const client = auth.client('billing');
    const gate = server.hold(1);
    server.respondOnce({ status: 401, body: { error: 'invalid_client' } });
    const failure = failureOf(client.getAccessToken());
    await server.waitForRequests(1);
    expect(auth.status().clients['billing']?.requests).toEqual({ underWay: 1, succeeded: 0, failed: 0 });
    gate.release();
    const { message } = await failure;
    expect(auth.status().clients['billing']).toMatchObject({
      token: 'none',
      requests: { underWay: 0, succeeded: 0, failed: 1 },
      heldBackUntil: clock.now() + 5_000,
      lastError: { at: clock.now(), code: 'token_request_refused', message },
    });
    await clock.advance(5_000);
    expect(auth.status().clients['billing']?.heldBackUntil).toBeUndefined();
  });

  it('E25 shows no token and no secret, and can be sent as JSON', async () => {
    const { server, auth } = await startScene({ scope: 'read', grant: tokenExchange() });
    await auth.withSubjectToken('the-token-of-grace', () => auth.client('billing').getAccessToken());
    server.respondOnce({ status: 401, body: { error: 'invalid_client', error_description: 'the-secret-of-billing' } });
    await auth.withSubjectToken('the-token-of-ada', () => failureOf(auth.client('billing').getAccessToken()));
    const status = auth.status();
    const secrets = ['the-secret-of-billing', 'the-token-of-grace', 'the-token-of-ada'];
    const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
    expect(exposedSecrets([status, JSON.stringify(status), inspect(status)], [...secrets, ...tokens])).toEqual([]);
    expect(status.clients['billing']).toMatchObject({ token: 'none', tokens: 1 });
    expect(structuredClone(status)).toEqual(status);
  });
});
