import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { startScene } from '../outgoing/scene.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { until } from './waiting.ts';

const invalidClient = { status: 401, body: { error: 'invalid_client' } } as const;

describe('row "refused"', () => {
  it.each([
    ['invalid_client', invalidClient],
    ['unauthorized_client', { status: 400, body: { error: 'unauthorized_client' } }],
    ['a 401 without a code', { status: 401 }],
  ])('%s is held for the client: 5 s, whatever it asks for', async (_, answer) => {
    const { server, api, clock, auth } = await startScene();
    server.respondOnce(answer);
    const first = await failureOf(auth.fetch(`${api.origin}/v2/a`));
    expect([first.status, first.retryAfter]).toEqual([502, undefined]);
    await clock.advance(1_000);
    const held = await failureOf(auth.fetch(`${api.origin}/v2/a`, { outboundAuth: { scope: 'other' } }));
    expect(held).toMatchObject({ code: 'token_request_refused', message: first.message, server: first.server });
    expect(held).toMatchObject({ status: 503, retryAfter: 4, headers: { 'retry-after': '4' } });
    expect([server.requests.length, api.requests.length]).toEqual([1, 0]);
    await clock.advance(4_000);
    expect((await auth.fetch(`${api.origin}/v2/a`)).status).toBe(200);
  });

  it.each(['invalid_grant', 'invalid_scope', 'invalid_target'])('%s is held for what was asked for', async (error) => {
    const { server, auth } = await startScene();
    const client = auth.client('billing');
    server.respondOnce({ status: 400, body: { error } });
    expect((await failureOf(client.getAccessToken({ scope: 'a' }))).server?.error).toBe(error);
    expect((await failureOf(client.getAccessToken({ scope: 'a' }))).retryAfter).toBe(5);
    await client.getAccessToken({ scope: 'b' });
    expect(server.requests).toHaveLength(2);
  });

  it('doubles to 60 s, one request going first each time, and is over with the first success', async () => {
    const { server, clock, auth, events } = await startScene();
    server.respondWith(() => invalidClient);
    const start = clock.now();
    for (let second = 0; second < 240; second += 1) {
      const asked = server.requests.length;
      const calls = ['a', 'b', 'c'].map((scope) => failureOf(auth.client('billing').getAccessToken({ scope })));
      await Promise.all(calls);
      // The three of the first second are under way together; then one goes first.
      expect(server.requests.length - asked).toBeLessThanOrEqual(second === 0 ? 3 : 1);
      await clock.advance(1_000);
    }
    const holds = events.flatMap((event) => (event.type === 'token.held_back' ? [event.durationMs / 1_000] : []));
    expect(holds.slice(0, 6)).toEqual([5, 10, 20, 40, 60, 60]);
    expect(clock.now() - start).toBe(240_000);
    server.respondWith(undefined);
    clock.set(clock.now() + 60_000);
    await Promise.all(['a', 'b', 'c'].map((scope) => auth.client('billing').getAccessToken({ scope })));
    expect(auth.status().clients['billing']?.heldBackUntil).toBeUndefined();
  });

  it('a user’s refused token is held for that user alone, and stays a 401', async () => {
    const { server, auth, clock } = await startScene({ grant: tokenExchange() });
    const get = (user: string) => auth.withSubjectToken(user, () => auth.client('billing').getAccessToken());
    server.respondOnce({ status: 400, body: { error: 'invalid_grant' } });
    for (const retryAfter of [undefined, 5]) {
      const error = await failureOf(get('of-mallory'));
      expect([error.code, error.status, error.retryAfter]).toEqual(['subject_token_refused', 401, retryAfter]);
    }
    await get('of-grace');
    expect(server.requests).toHaveLength(2);
    await clock.advance(5_000);
    await get('of-mallory');
  });

  it('each caller has an error of its own, held back or not, and none shows a secret', async () => {
    const { server, auth } = await startScene();
    server.respondOnce(invalidClient);
    const get = () => failureOf(auth.client('billing').getAccessToken());
    const errors = [...(await Promise.all([get(), get()])), await get(), await get()];
    expect(new Set(errors).size).toBe(4);
    expect(exposedSecrets(errors, ['the-secret-of-billing'])).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('row "refused": E27 a secret that changes', () => {
  /** A client whose secret a function gives, and a server that takes but one. */
  async function startRotation(good: string) {
    let present = 'the-first-secret';
    const asked: string[] = [];
    const clientSecret = async (): Promise<string> => {
      asked.push(present);
      return present;
    };
    const scene = await startScene({ clientSecret });
    scene.server.respondWith(({ headers }) => {
      const shown = atob((headers['authorization'] ?? '').slice('Basic '.length));
      return shown.endsWith(`:${good}`) ? undefined : invalidClient;
    });
    return { ...scene, asked, rotate: (next: string) => (present = next) };
  }

  it('while its refusal is held ends the hold: the next call but one goes through', async () => {
    const { auth, clock, server, rotate } = await startRotation('the-second-secret');
    const client = auth.client('billing');
    await failureOf(client.getAccessToken());
    await clock.advance(500);
    rotate('the-second-secret');
    // This one is turned away, and behind it the function is asked.
    expect((await failureOf(client.getAccessToken())).retryAfter).toBe(4.5);
    await until(clock, () => auth.status().clients['billing']?.heldBackUntil === undefined);
    await client.getAccessToken();
    // Twice with the first secret's function asked anew at once, then with the second.
    expect(server.requests.map(({ headers }) => atob((headers['authorization'] ?? '').slice(6)))).toEqual([
      'orders:the-first-secret',
      'orders:the-second-secret',
    ]);
  });

  it('to one that is refused too is held again', async () => {
    const { auth, clock, server, rotate } = await startRotation('the-third-secret');
    const client = auth.client('billing');
    await failureOf(client.getAccessToken());
    await clock.advance(500);
    rotate('the-second-secret');
    await failureOf(client.getAccessToken());
    await until(clock, () => auth.status().clients['billing']?.heldBackUntil === undefined);
    expect((await failureOf(client.getAccessToken())).retryAfter).toBeUndefined();
    expect((await failureOf(client.getAccessToken())).retryAfter).toBe(5);
    expect(server.requests).toHaveLength(2);
  });

  it('is looked for once a second at most, however many calls are turned away', async () => {
    const { auth, clock, asked } = await startRotation('another');
    const client = auth.client('billing');
    await failureOf(client.getAccessToken());
    await clock.advance(0);
    const before = asked.length;
    for (let call = 0; call < 400; call += 1) {
      await failureOf(client.getAccessToken());
      await clock.advance(10);
    }
    expect(asked.length - before).toBeLessThanOrEqual(4);
    expect(asked.length - before).toBeGreaterThan(2);
  });
});
