import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { startScene } from '../outgoing/scene.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { passUntil, until } from './waiting.ts';

describe('row "a caller gives up"', () => {
  it(
    'E44 10,000 calls on one long-lived signal leave no listener and cause no warning',
    { timeout: 60_000 },
    async () => {
      const warnings: string[] = [];
      const warned = (warning: Error): void => void warnings.push(warning.message);
      process.on('warning', warned);
      onTestFinished(() => void process.off('warning', warned));
      const { server, auth } = await startScene();
      const client = auth.client('billing');
      const { signal } = new AbortController();
      const gate = server.hold();
      const calls = Array.from({ length: 5_000 }, () => client.getAccessToken(undefined, { signal }));
      await server.waitForRequests(1);
      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(10);
      gate.release();
      await Promise.all(calls);
      for (let call = 0; call < 5_000; call += 1) await client.getAccessToken(undefined, { signal });
      // Warnings come with the next turn of the event loop.
      await new Promise(setImmediate);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      expect(warnings).toEqual([]);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('E44 nor do calls whose tokens cannot be had', async () => {
    const { server, auth } = await startScene();
    const { signal } = new AbortController();
    server.respondWith(() => ({ status: 401, body: { error: 'invalid_client' } }));
    for (let call = 0; call < 100; call += 1) {
      await failureOf(auth.client('billing').getAccessToken(undefined, { signal }));
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('E12 who gives up in a pause between attempts is not kept, and the others get their token', async () => {
    const { server, clock, auth, events } = await startScene({}, { random: () => 1 });
    const client = auth.client('billing');
    server.respondOnce({ status: 503 });
    const impatient = new AbortController();
    const given = client.getAccessToken(undefined, { signal: impatient.signal });
    const patient = client.getAccessToken();
    await until(clock, () => events.some(({ type }) => type === 'token.retrying'));
    impatient.abort('no time');
    await expect(given).rejects.toBe('no time');
    await passUntil(clock, patient);
    expect((await patient).value).toBe(server.issuedTokens[0]?.accessToken);
  });

  it('E12 the token of a flight that all have left is kept', async () => {
    const { server, clock, auth } = await startScene();
    const client = auth.client('billing');
    const gate = server.hold();
    const { signal, abort } = abortable();
    const given = client.getAccessToken(undefined, { signal });
    await server.waitForRequests(1);
    abort();
    await expect(given).rejects.toThrow('aborted');
    gate.release();
    await until(clock, () => client.peekAccessToken() !== undefined);
    expect(server.requests).toHaveLength(1);
  });

  it('a flight has at least requestTimeout: what it brings after its callers’ time is kept for the next', async () => {
    const { server, clock, auth } = await startScene({ waitTimeout: 0.2 });
    const client = auth.client('billing');
    const gate = server.hold(1);
    const call = failureOf(client.getAccessToken());
    await server.waitForRequests(1);
    await passUntil(clock, call);
    expect((await call).message).toContain('no token within 0.2 s (waitTimeout)');
    await clock.advance(3_000);
    gate.release();
    await until(clock, () => client.peekAccessToken() !== undefined);
    expect(server.requests).toHaveLength(1);
  });

  it('E44 the 10 s of each count from when it joins the flight', async () => {
    const { server, clock, auth } = await startScene({ requestTimeout: 20, waitTimeout: 10 });
    const client = auth.client('billing');
    server.respondWith(() => ({ fault: 'hang' }));
    const start = clock.now();
    const ended: number[] = [];
    const join = (): Promise<unknown> => {
      return failureOf(client.getAccessToken()).finally(() => ended.push((clock.now() - start) / 1_000));
    };
    const calls = [join()];
    await server.waitForRequests(1);
    await clock.advance(6_000);
    calls.push(join());
    await passUntil(clock, Promise.all(calls));
    expect(ended[0]).toBeCloseTo(10, 1);
    expect(ended[1]).toBeGreaterThan(10.3);
    expect(ended[1]).toBeLessThanOrEqual(16.05);
    await passUntil(clock, auth.close());
  });
});

function abortable() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}

describe('row "memory cache"', () => {
  it('E54 the service’s own token stays in memory beside those of 10,000 users', { timeout: 60_000 }, async () => {
    const grants: string[] = [];
    const answer: typeof fetch = async (_input, init) => {
      const user =
        (init?.body instanceof URLSearchParams ? init.body : new URLSearchParams()).get('subject_token') ??
        'the service';
      grants.push(user);
      return Response.json({ access_token: `token of ${user}`, token_type: 'Bearer', expires_in: 3_600 });
    };
    const own = await startScene({ fetch: answer, memoryCacheSize: 1_000 });
    const client = own.auth.client('billing');
    const first = await client.getAccessToken();
    for (let call = 0; call < 10_000; call += 1) await client.getAccessToken({ scope: `of user ${call}` });
    expect(await client.getAccessToken()).toBe(first);
    expect(grants).toHaveLength(10_001);
    expect(own.auth.status().clients['billing']?.tokens).toBe(1_001);

    const users = await startScene({ fetch: answer, grant: tokenExchange(), memoryCacheSize: 100 });
    for (let user = 0; user < 300; user += 1) {
      await users.auth.withSubjectToken(`user-${user}`, () => users.auth.client('billing').getAccessToken());
    }
    expect(users.auth.status().clients['billing']).toMatchObject({ tokens: 100, token: 'none' });
  });
});

describe('row "a flight too old"', () => {
  const hour = 3_600_000;

  it('E56 on waking nobody joins the dead flight, and its late token is not handed out', async () => {
    const { server, api, clock, auth } = await startScene();
    const client = auth.client('billing');
    const gate = server.hold(1);
    const asleep = client.getAccessToken();
    await server.waitForRequests(1);
    // The process is frozen for two hours: timers stand still, and the wall clock goes on.
    clock.set(clock.now() + 2 * hour);
    const awake = await client.getAccessToken();
    expect(server.requests).toHaveLength(2);
    expect(server.isActive(awake.value)).toBe(true);
    gate.release();
    // The token of the dead flight had ended when it came: who waited for it finds the new one.
    expect(await asleep).toBe(awake);
    expect(client.peekAccessToken()).toBe(awake);
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(2);
  });

  it('E56 nor is a late token handed out where nobody else has asked since', async () => {
    const { server, clock, auth } = await startScene({ attempts: 1 });
    const client = auth.client('billing');
    const gate = server.hold(1);
    const waiting = client.getAccessToken();
    await server.waitForRequests(1);
    clock.set(clock.now() + 2 * hour);
    gate.release();
    const { value, expiresAt } = await waiting;
    expect([value, expiresAt > clock.now()]).toEqual([server.issuedTokens[1]?.accessToken, true]);
  });

  it('E56 a token that ended while the process slept is got anew, one still good is used', async () => {
    const { server, api, clock, auth } = await startScene();
    await auth.fetch(`${api.origin}/v2/a`);
    clock.set(clock.now() + 0.5 * hour);
    await auth.fetch(`${api.origin}/v2/a`);
    expect(server.requests).toHaveLength(1);
    clock.set(clock.now() + 10 * hour);
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    expect(server.requests).toHaveLength(2);
    expect(api.requests).toHaveLength(3);
  });
});

describe('row "expiry"', () => {
  it('E04 a clock that jumps hours either way costs one token request at most', async () => {
    for (const jump of [-5, 5].map((hours) => hours * 3_600_000)) {
      const { server, api, clock, auth } = await startScene();
      await auth.fetch(`${api.origin}/v2/a`);
      clock.set(clock.now() + jump);
      for (let call = 0; call < 5; call += 1) {
        expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
        await until(clock, () => auth.status().clients['billing']?.requests.underWay === 0);
      }
      expect(server.requests).toHaveLength(2);
    }
  });

  it('E01 E02 E03 what lives for a moment serves those who wait for it, and does not make a storm', async () => {
    const { server, clock, auth } = await startScene({ maxTokenRequests: 1 });
    server.respondWith(() => ({ body: { access_token: 'brief', token_type: 'Bearer', expires_in: 0.001 } }));
    const gate = server.hold(1);
    const calls = Array.from({ length: 10 }, () => auth.client('billing').getAccessToken());
    await server.waitForRequests(1);
    // Slower than the token lives, and no sleep.
    await clock.advance(1_200);
    gate.release();
    expect(new Set((await Promise.all(calls)).map(({ value }) => value))).toEqual(new Set(['brief']));
    expect(server.requests).toHaveLength(1);
  });
});
