import { describe, expect, it } from 'vitest';
import type { OutboundAuthError } from '../../src/errors.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { oneAttempt } from '../one-attempt.ts';
import { type Scene, startScene } from '../outgoing/scene.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { passUntil, until } from './waiting.ts';

const noChance = { random: () => 1 };
const eventsOf = ({ events }: Scene) => events.map(({ type }) => type);

describe('row "attempts"', () => {
  it('a call outlives what passes: a 5xx, a 408, a connection that breaks', async () => {
    for (const trouble of [{ status: 502 }, { status: 408 }, { fault: 'reset' }, { fault: 'truncate' }] as const) {
      const scene = await startScene({}, noChance);
      scene.server.respondOnce(trouble);
      scene.server.respondOnce(trouble);
      const call = scene.auth.fetch(`${scene.api.origin}/v2/a`);
      await passUntil(scene.clock, call);
      expect((await call).status).toBe(200);
      expect([scene.server.requests.length, scene.api.requests.length]).toEqual([3, 1]);
      expect(eventsOf(scene)).toEqual([
        'token.requested',
        'token.failed',
        'token.retrying',
        'token.requested',
        'token.failed',
        'token.retrying',
        'token.requested',
        'token.received',
      ]);
    }
  });

  it('a server that hangs is given 4 s each time, and 10 s in all', async () => {
    const scene = await startScene({}, noChance);
    scene.server.respondWith(() => ({ fault: 'hang' }));
    const call = failureOf(scene.auth.fetch(`${scene.api.origin}/v2/a`));
    const moments: number[] = [];
    const start = scene.clock.now();
    for (const request of [1, 2, 3]) {
      while (scene.server.requests.length < request) await scene.clock.advance(50);
      moments.push(Math.round((scene.clock.now() - start) / 1_000));
      // So that the request is on its way before its time is over.
      await scene.server.waitForRequests(request);
      await scene.clock.advance(request === 3 ? 0 : 3_900);
    }
    await passUntil(scene.clock, call);
    expect(moments).toEqual([0, 4, 9]);
    expect((scene.clock.now() - start) / 1_000).toBeCloseTo(10, 0);
    expect(await call).toMatchObject({ code: expect.stringMatching(/timeout|unreachable/) as string });
    expect(scene.api.requests).toEqual([]);
  });

  it('a renewal is tried once, and nobody waits for it', async () => {
    const { server, api, clock, auth, events } = await startScene({}, noChance);
    await auth.fetch(`${api.origin}/v2/a`);
    await clock.advance(58 * 60_000);
    server.respondOnce({ status: 503 });
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
    await server.waitForRequests(2);
    await expect.poll(() => events.at(-1)?.type).toBe('token.failed');
    await clock.advance(500);
    expect(server.requests).toHaveLength(2);
  });

  it('E28 each attempt asks anew for the secret', async () => {
    const asked: string[] = [];
    const clientSecret = (): string => {
      asked.push('asked');
      return 'a secret';
    };
    const scene = await startScene({ clientSecret }, noChance);
    scene.server.respondOnce({ status: 503 });
    await passUntil(scene.clock, scene.auth.client('billing').getAccessToken());
    expect(asked).toHaveLength(2);
  });
});

describe('row "endpoint failing, no token in hand"', () => {
  it('callers wait through the holds, those of the failed flight too, and get the token that comes in time', async () => {
    const scene = await startScene({ attempts: 1 }, noChance);
    for (let failure = 0; failure < 3; failure += 1) scene.server.respondOnce({ status: 503 });
    const calls = Array.from({ length: 20 }, () => scene.auth.client('billing').getAccessToken());
    // 0.5 s, 1 s and 2 s.
    expect(await passUntil(scene.clock, Promise.all(calls))).toBeCloseTo(3.5, 0);
    expect(scene.server.requests).toHaveLength(4);
    expect(new Set((await Promise.all(calls)).map(({ value }) => value)).size).toBe(1);
  });

  it('a server that is down for long is asked ever less, however many call', async () => {
    const scene = await startScene({}, noChance);
    scene.server.respondWith(() => ({ status: 503 }));
    const { clock, server, auth } = scene;
    const end = clock.now() + 300_000;
    const failures: Promise<OutboundAuthError>[] = [];
    while (clock.now() < end) {
      failures.push(failureOf(auth.client('billing').getAccessToken()));
      await clock.advance(1_000);
    }
    await passUntil(scene.clock, Promise.all(failures));
    // Flights of three attempts, after 0.5, 1, 2, 4, 8 and 16 s, then every 30 s: 15 of them.
    expect(server.requests.length).toBeLessThanOrEqual(3 * 16);
    expect(server.requests.length).toBeGreaterThan(3 * 8);
    // 504 where the time of a caller was over first.
    const statuses = (await Promise.all(failures)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([503, 504]));
  });

  it('is known of many tokens, however few are kept in memory', async () => {
    const { server, auth, clock } = await startScene({ memoryCacheSize: 1, attempts: 1 }, noChance);
    server.respondWith(() => ({ status: 503 }));
    const calls = ['a', 'b', 'c'].map((scope) => failureOf(auth.client('billing').getAccessToken({ scope })));
    await passUntil(clock, Promise.all(calls));
    // For each at 0, 0.5, 1.5, 3.5 and 7.5 s.
    expect(server.requests.length).toBeLessThanOrEqual(15);
  });

  it('is over with the first success', async () => {
    const scene = await startScene(oneAttempt, noChance);
    const { server, clock, auth, events } = scene;
    const client = auth.client('billing');
    server.respondOnce({ status: 503 });
    expect(await failureOf(client.getAccessToken())).toMatchObject({ code: 'token_endpoint_failed', retryAfter: 0.5 });
    await clock.advance(500);
    await client.getAccessToken();
    clock.set(clock.now() + 3_600_000);
    server.respondOnce({ status: 503 });
    await failureOf(client.getAccessToken());
    const holds = events.flatMap((event) => (event.type === 'token.held_back' ? [event.durationMs] : []));
    expect(holds).toEqual([500, 500]);
  });

  it.each([
    ['seconds', () => '20', 20],
    ['a date, by the server’s clock', () => new Date(2_000_000_020_000).toUTCString(), 20],
    ['a year', () => '31536000', 300],
    ['a negative number', () => '-20', 0.5],
    ['rubbish', () => 'soon', 0.5],
  ])('E42 heeds a Retry-After of %s', async (_, value, held) => {
    const { server, auth, clock } = await startScene(oneAttempt, noChance);
    const date = new Date(2_000_000_000_000).toUTCString();
    server.respondOnce({ status: 429, headers: { 'retry-after': value(), date } });
    const error = await failureOf(auth.client('billing').getAccessToken());
    expect(error).toMatchObject({ code: 'token_endpoint_failed', status: 503, retryAfter: held });
    // It is about the client: no other token is asked for either.
    expect(await failureOf(auth.client('billing').getAccessToken({ scope: 'other' }))).toMatchObject({
      retryAfter: held,
    });
    expect(server.requests).toHaveLength(1);
    expect(auth.status().clients['billing']?.heldBackUntil).toBe(clock.now() + 1_000 * held);
    await clock.advance(1_000 * held);
    await auth.client('billing').getAccessToken();
    expect(auth.status().clients['billing']?.heldBackUntil).toBeUndefined();
  });

  it('what is no trouble that passes is told of at once', async () => {
    const { server, auth } = await startScene();
    server.respondWith(() => ({ body: '<html>', headers: { 'content-type': 'text/html' } }));
    for (const retryAfter of [undefined, 0.5]) {
      const error = await failureOf(auth.client('billing').getAccessToken());
      expect([error.code, error.retryAfter === undefined]).toEqual([
        'invalid_token_response',
        retryAfter === undefined,
      ]);
    }
    expect(server.requests).toHaveLength(1);
  });
});

describe('row "too many at once"', () => {
  it('50 token requests are under way for a client, and those beyond fail at once', async () => {
    const { server, auth, api } = await startScene();
    const gate = server.hold();
    const calls = Array.from({ length: 60 }, (_, index) =>
      auth.fetch(`${api.origin}/v2/a`, { outboundAuth: { scope: `scope-${index}` } }),
    );
    const failures = calls.slice(50).map(failureOf);
    for (const error of await Promise.all(failures)) {
      expect(error).toMatchObject({ code: 'too_many_requests', status: 503, headers: { 'retry-after': '1' } });
    }
    await server.waitForRequests(50);
    expect(auth.status().clients['billing']?.requests.underWay).toBe(50);
    gate.release();
    await Promise.all(calls.slice(0, 50));
    expect([server.requests.length, api.requests.length]).toEqual([50, 50]);
  });

  it('who has waited for the end of a client’s hold waits for a place too', async () => {
    const { server, auth, clock, events } = await startScene({}, noChance);
    const client = auth.client('billing');
    server.respondOnce({ status: 429, headers: { 'retry-after': '2' } });
    const calls = [client.getAccessToken()];
    await until(clock, () => events.some(({ type }) => type === 'token.held_back'));
    const gate = server.hold(1);
    for (let index = 0; index < 200; index += 1) calls.push(client.getAccessToken({ scope: `scope-${index}` }));
    const results = Promise.allSettled(calls);
    await clock.advance(2_200);
    await server.waitForRequests(2);
    gate.release();
    expect(await passUntil(clock, results)).toBeLessThan(7.8);
    expect((await results).map(({ status }) => status)).not.toContain('rejected');
    expect(server.requests).toHaveLength(202);
  });

  it('who waits for others of the same session is not under way', async () => {
    const { server, auth } = await startScene({ grant: refreshToken('the-refresh-token') });
    const gate = server.hold();
    const calls = Array.from({ length: 80 }, (_, index) =>
      auth.client('billing').getAccessToken({ scope: `s${index}` }),
    );
    const results = Promise.allSettled(calls);
    await server.waitForRequests(1);
    expect(auth.status().clients['billing']?.requests.underWay).toBe(1);
    gate.release();
    expect((await results).map(({ status }) => status)).not.toContain('rejected');
  });
});
