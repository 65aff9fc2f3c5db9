import { describe, expect, it } from 'vitest';
import { startScene } from '../outgoing/scene.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { passUntil, until } from './waiting.ts';

const minute = 60_000;
const noChance = { random: () => 0 };

describe('row "who renews"', () => {
  it('the first use after it is due, behind its back: the call goes out with the valid token', async () => {
    const { server, api, clock, auth } = await startScene({}, noChance);
    const first = await auth.client('billing').getAccessToken();
    await clock.advance(55 * minute);
    const gate = server.hold();
    const calls = await Promise.all(Array.from({ length: 50 }, () => auth.fetch(`${api.origin}/v2/a`)));
    expect(calls.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(new Set(api.requests.map(({ headers }) => headers['authorization']))).toEqual(
      new Set([first.authorization]),
    );
    await server.waitForRequests(2);
    gate.release();
    await until(clock, () => auth.client('billing').peekAccessToken()?.value !== first.value);
    expect(server.requests).toHaveLength(2);
  });

  it("renewal: 'foreground' renews inside the call that finds it due", async () => {
    const { server, clock, auth } = await startScene({ renewal: 'foreground' }, noChance);
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    await clock.advance(55 * minute);
    expect(client.peekAccessToken()).toBeUndefined();
    expect((await client.getAccessToken()).value).not.toBe(first.value);
    expect(server.requests).toHaveLength(2);
  });

  it("renewal: 'foreground' keeps the old token if that fails, once, at once", async () => {
    for (const answer of [
      { status: 503 },
      { status: 401, body: { error: 'invalid_client' } },
      { fault: 'reset' },
    ] as const) {
      const { server, clock, auth } = await startScene({ renewal: 'foreground' }, noChance);
      const client = auth.client('billing');
      const first = await client.getAccessToken();
      await clock.advance(55 * minute);
      server.respondOnce(answer);
      expect(await client.getAccessToken()).toBe(first);
      // Put off, and not tried by each call.
      expect(await client.getAccessToken()).toBe(first);
      expect(server.requests).toHaveLength(2);
    }
  });

  it("renewal: 'foreground' hands out the old token also to a caller whose own time is over first", async () => {
    const { server, clock, auth } = await startScene({ renewal: 'foreground', waitTimeout: 3 }, noChance);
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    await clock.advance(55 * minute);
    server.respondOnce({ fault: 'hang' });
    const call = client.getAccessToken();
    await server.waitForRequests(2);
    expect(await passUntil(clock, call)).toBeCloseTo(3, 1);
    expect(await call).toBe(first);
  });

  it('a renewal has its requestTimeout, however short the time is that callers wait', async () => {
    const { server, clock, auth, events } = await startScene({ waitTimeout: 0.2 }, noChance);
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    await clock.advance(55 * minute);
    const gate = server.hold(1);
    expect(await client.getAccessToken()).toBe(first);
    await server.waitForRequests(2);
    await clock.advance(3_000);
    gate.release();
    await until(clock, () => client.peekAccessToken()?.value !== first.value);
    expect(events.map(({ type }) => type)).not.toContain('token.failed');
    expect(server.requests).toHaveLength(2);
  });

  it('E13 a token that was refused while its renewal was under way is not put back', async () => {
    const { server, api, clock, auth } = await startScene({}, noChance);
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    await clock.advance(55 * minute);
    const gate = server.hold(1);
    server.respondOnce({ body: { access_token: first.value, token_type: 'Bearer', expires_in: 3_600 } });
    client.peekAccessToken();
    await server.waitForRequests(2);
    server.revokeAll();
    const call = auth.fetch(`${api.origin}/v2/a`);
    await api.waitForRequests(1);
    await until(clock, () => client.peekAccessToken() === undefined);
    gate.release();
    await call;
    expect(client.peekAccessToken()?.value).not.toBe(first.value);
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
  });
});

describe('row "renewal fails"', () => {
  it('E06 callers keep the valid token through an outage, tried at 1 s, doubling to 30 s, then the token ends', async () => {
    const { server, api, clock, auth } = await startScene({}, { random: () => 1 - Number.EPSILON });
    await auth.fetch(`${api.origin}/v2/a`);
    await clock.advance(55 * minute);
    server.respondWith(() => ({ status: 503 }));
    const moments: number[] = [];
    const start = clock.now();
    for (let second = 0; second < 100; second += 1) {
      const asked = server.requests.length;
      expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
      await until(clock, () => auth.status().clients['billing']?.requests.underWay === 0);
      if (server.requests.length > asked) moments.push((clock.now() - start) / 1_000);
      await clock.advance(1_000);
    }
    expect(moments).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(auth.status().clients['billing']).toMatchObject({
      token: 'valid',
      lastError: { code: 'token_endpoint_failed' },
    });
  });

  it('E07 a renewal that hangs holds nobody while the token is valid, and after that no longer than its time limit', async () => {
    const { server, clock, auth } = await startScene({}, noChance);
    const client = auth.client('billing');
    const first = await client.getAccessToken();
    await clock.advance(59.5 * minute - 2_000);
    server.respondOnce({ fault: 'hang' });
    expect(await client.getAccessToken()).toBe(first);
    await server.waitForRequests(2);
    await clock.advance(1_999);
    expect(await client.getAccessToken()).toBe(first);
    await clock.advance(1);
    const waiting = client.getAccessToken();
    // Two seconds of the four are left to the renewal; then there are attempts of its own.
    expect(await passUntil(clock, waiting)).toBeLessThan(2.5);
    expect((await waiting).value).not.toBe(first.value);
    expect(server.requests).toHaveLength(3);
  });
});

describe('keepWarm', () => {
  it('renews the client’s own token when that is due, used or not, once it was first got', async () => {
    const { server, clock, auth } = await startScene({ keepWarm: true }, noChance);
    const client = auth.client('billing');
    await clock.advance(600 * minute);
    expect(server.requests).toEqual([]);
    await client.getAccessToken();
    for (let renewal = 1; renewal <= 3; renewal += 1) {
      const before = client.peekAccessToken();
      await clock.advance(55 * minute);
      await server.waitForRequests(1 + renewal);
      await until(clock, () => client.peekAccessToken() !== before);
    }
    expect(server.requests).toHaveLength(4);
  });

  it('leaves the tokens of single calls to their use', async () => {
    const { server, clock, auth } = await startScene({ keepWarm: true }, noChance);
    await auth.client('billing').getAccessToken({ scope: 'other' });
    await clock.advance(600 * minute);
    expect(server.requests).toHaveLength(1);
  });

  it('gets through an outage that is longer than the token lives', async () => {
    const { server, clock, auth } = await startScene({ keepWarm: true }, noChance);
    const client = auth.client('billing');
    await client.getAccessToken();
    server.respondWith(() => ({ status: 503 }));
    for (let minutes = 0; minutes < 90; minutes += 1) await clock.advance(minute);
    expect(client.peekAccessToken()).toBeUndefined();
    server.respondWith(undefined);
    for (let seconds = 0; seconds < 60; seconds += 1) await clock.advance(1_000);
    await until(clock, () => auth.status().clients['billing']?.token === 'valid');
  });

  it("works for renewal: 'foreground' too", async () => {
    const { server, clock, auth } = await startScene({ keepWarm: true, renewal: 'foreground' }, noChance);
    await auth.client('billing').getAccessToken();
    await clock.advance(55 * minute);
    await server.waitForRequests(2);
    await until(clock, () => auth.status().clients['billing']?.token === 'valid');
  });

  it('row "close": ends with the auth', async () => {
    const { server, clock, auth } = await startScene({ keepWarm: true }, noChance);
    await auth.client('billing').getAccessToken();
    expect(clock.pending).toBe(1);
    await auth.close();
    expect(clock.pending).toBe(0);
    await clock.advance(600 * minute);
    expect(server.requests).toHaveLength(1);
    expect((await failureOf(auth.client('billing').getAccessToken())).code).toBe('closed');
  });
});
