import { manualClock, type ManualClock } from '@outbound-auth/testing';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import { type CacheSettings, CachedTokenSource } from '../../src/tokens/cached.ts';
import { patienceOf, requestOf, ScriptedSource, tokenOf } from './scripted-source.ts';

const minute = 60_000;
const own = requestOf('own', true);

function cachedSource(changes: Partial<CacheSettings> = {}): {
  clock: ManualClock;
  source: ScriptedSource;
  cached: CachedTokenSource;
} {
  const clock = manualClock();
  const source = new ScriptedSource();
  const settings: CacheSettings = {
    client: 'billing',
    clock,
    random: () => 0,
    renewal: 'background',
    capacity: 100,
    waitTimeout: 10_000,
    requestTimeout: 4_000,
    expiryMargin: 30_000,
    expiryMarginShare: 0.05,
    renewalMargin: 300_000,
    renewalMarginShare: 0.25,
    renewalJitter: 0.05,
    ...changes,
  };
  const cached = new CachedTokenSource(source, settings, patienceOf(settings));
  return { clock, source, cached };
}

/** A cache that holds the token `first`, of this lifetime. */
async function holding(lifetime: number, changes: Partial<CacheSettings> = {}) {
  const scene = cachedSource(changes);
  const first = tokenOf('first', scene.clock.now(), lifetime);
  const waiting = scene.cached.getToken(own);
  scene.source.at(0).give(first);
  await waiting;
  return { ...scene, first };
}

const failure = () => new TokenRequestError('out of order', { code: 'token_request_refused', client: 'billing' });

describe('row "cold, many callers"', () => {
  it('E11 asks once for 1,000 callers of a key, and gives all of them that token', async () => {
    const { clock, source, cached } = cachedSource();
    const calls = Array.from({ length: 1_000 }, () => cached.getToken(own));
    source.at(0).give(tokenOf('first', clock.now(), minute));
    const tokens = await Promise.all(calls);
    expect(source.asked).toHaveLength(1);
    expect(new Set(tokens.map((token) => token.value))).toEqual(new Set(['first']));
  });

  it('E11 asks anew after a failure that all waiters were told of', async () => {
    const { clock, source, cached } = cachedSource();
    const calls = [cached.getToken(own), cached.getToken(own)];
    source.at(0).fail(failure());
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = cached.getToken(own);
    source.at(1).give(tokenOf('second', clock.now(), minute));
    expect((await next).value).toBe('second');
  });

  it('E08 asks for each key by itself', async () => {
    const { clock, source, cached } = cachedSource();
    const calls = [cached.getToken(requestOf('read')), cached.getToken(requestOf('write'))];
    source.at(1).give(tokenOf('for writing', clock.now(), minute));
    source.at(0).give(tokenOf('for reading', clock.now(), minute));
    expect((await Promise.all(calls)).map((token) => token.value)).toEqual(['for reading', 'for writing']);
    expect(cached.peek(requestOf('read'))?.value).toBe('for reading');
    expect(cached.peek(requestOf('write'))?.value).toBe('for writing');
  });
});

describe('row "a caller gives up"', () => {
  it('E12 fails that caller alone, and keeps the token for the others', async () => {
    const { clock, source, cached } = cachedSource();
    const impatient = new AbortController();
    const given = cached.getToken(own, impatient.signal);
    const patient = cached.getToken(own);
    const reason = new Error('no time');
    impatient.abort(reason);
    await expect(given).rejects.toBe(reason);
    source.at(0).give(tokenOf('first', clock.now(), minute));
    expect((await patient).value).toBe('first');
    expect(source.asked).toHaveLength(1);
  });

  it('E12 keeps the token of a flight that every caller has left', async () => {
    const { clock, source, cached } = cachedSource();
    const impatient = new AbortController();
    const given = cached.getToken(own, impatient.signal);
    impatient.abort();
    await expect(given).rejects.toThrow('aborted');
    source.at(0).give(tokenOf('first', clock.now(), minute));
    expect((await cached.getToken(own)).value).toBe('first');
  });

  it('E12 does not start a flight for a caller that had given up before', async () => {
    const { source, cached } = cachedSource();
    await expect(cached.getToken(own, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(source.asked).toHaveLength(0);
  });

  it('runs a flight in no caller’s async context', async () => {
    const storage = new AsyncLocalStorage<string>();
    const clock = manualClock();
    let seen: string | undefined = 'not asked';
    const source = {
      getToken: async () => {
        seen = storage.getStore();
        return tokenOf('first', clock.now(), minute);
      },
    };
    const cached = new CachedTokenSource(source, settingsOf(clock), patienceOf(settingsOf(clock)));
    await storage.run('a user', () => cached.getToken(own));
    expect(seen).toBeUndefined();
  });
});

function settingsOf(clock: ManualClock): CacheSettings {
  const margins = { expiryMargin: 0, expiryMarginShare: 0, renewalMargin: 0, renewalMarginShare: 0, renewalJitter: 0 };
  return {
    client: 'billing',
    clock,
    random: () => 0,
    renewal: 'background',
    capacity: 10,
    waitTimeout: 10_000,
    requestTimeout: 4_000,
    ...margins,
  };
}

describe('rows "not handed out any more" and "renewal is due"', () => {
  it('hands out the token until it is due, and asks for nothing', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    await clock.advance(55 * minute - 1);
    expect(cached.peek(own)).toBe(first);
    expect(await cached.getToken(own)).toBe(first);
    expect(source.asked).toHaveLength(1);
  });

  it('renews behind the first caller after it is due: nobody waits, and it is asked once', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    await clock.advance(55 * minute);
    const tokens = await Promise.all(Array.from({ length: 100 }, () => cached.getToken(own)));
    expect(new Set(tokens)).toEqual(new Set([first]));
    expect(source.asked.map(({ request }) => request.reason)).toEqual(['absent', 'renewal']);
    source.at(1).give(tokenOf('second', clock.now(), 60 * minute));
    await clock.advance(0);
    expect((await cached.getToken(own)).value).toBe('second');
  });

  it('renews nothing that nobody uses', async () => {
    const { clock, source } = await holding(60 * minute);
    await clock.advance(24 * 60 * minute);
    expect(source.asked).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('E07 waits only when a renewal that hangs has outlived the token', async () => {
    const { clock, source, cached, first } = await holding(100_000);
    await clock.advance(94_999);
    expect(await cached.getToken(own)).toBe(first);
    await clock.advance(1);
    expect(cached.peek(own)).toBeUndefined();
    const waiting = cached.getToken(own);
    source.at(1).give(tokenOf('second', clock.now(), minute));
    expect((await waiting).value).toBe('second');
    expect(source.asked).toHaveLength(2);
  });

  it('E02 gives a token that is over on arrival to those who wait for it, and keeps none', async () => {
    const { clock, source, cached } = cachedSource();
    const calls = [cached.getToken(own), cached.getToken(own)];
    source.at(0).give(tokenOf('brief', clock.now(), 0));
    expect((await Promise.all(calls)).map((token) => token.value)).toEqual(['brief', 'brief']);
    expect(cached.peek(own)).toBeUndefined();
  });

  it('E03 uses a token of 5 s, and renews it once', async () => {
    const { clock, source, cached, first } = await holding(5_000);
    await clock.advance(3_749);
    expect(await cached.getToken(own)).toBe(first);
    expect(source.asked).toHaveLength(1);
    await clock.advance(1);
    expect(await cached.getToken(own)).toBe(first);
    expect(source.asked).toHaveLength(2);
  });
});

describe('row "expiry"', () => {
  it('E04 takes the token for due when the clock stands before its last read', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    await clock.advance(40 * minute);
    expect(await cached.getToken(own)).toBe(first);
    clock.set(clock.now() - 20 * minute);
    expect(await cached.getToken(own)).toBe(first);
    expect(source.asked).toHaveLength(2);
  });

  it('E04 asks once for a token when the clock has jumped ahead', async () => {
    const { clock, source, cached } = await holding(60 * minute);
    clock.set(clock.now() + 5 * 60 * minute);
    const calls = [cached.getToken(own), cached.getToken(own)];
    source.at(1).give(tokenOf('second', clock.now(), 60 * minute));
    expect((await Promise.all(calls)).map((token) => token.value)).toEqual(['second', 'second']);
    expect(source.asked).toHaveLength(2);
  });
});

describe('row "renewal fails"', () => {
  it('E06 keeps the token for the callers and leaves no rejection behind', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    await clock.advance(55 * minute);
    expect(await cached.getToken(own)).toBe(first);
    // Vitest fails the run for a rejection that nobody handles.
    source.at(1).fail(failure());
    await clock.advance(0);
    expect(await cached.getToken(own)).toBe(first);
  });

  it('tries again after pauses that double from 1 s', async () => {
    const { clock, source, cached } = await holding(60 * minute, { random: () => 1 - Number.EPSILON });
    await clock.advance(55 * minute);
    const moments: number[] = [];
    const start = clock.now();
    for (let step = 0; step < 120; step += 1) {
      const before = source.asked.length;
      await cached.getToken(own);
      if (source.asked.length > before) {
        moments.push((clock.now() - start) / 1_000);
        source.at(before).fail(failure());
      }
      await clock.advance(500);
    }
    expect(moments).toEqual([0, 1, 3, 7, 15, 31]);
  });
});

it('E02 a renewal that brings a token which is over on arrival is as one that failed', async () => {
  const { clock, source, cached, first } = await holding(60 * minute);
  await clock.advance(55 * minute);
  await cached.getToken(own);
  source.at(1).give(tokenOf('over', clock.now(), 0));
  await clock.advance(0);
  for (let call = 0; call < 50; call += 1) expect(await cached.getToken(own)).toBe(first);
  expect(source.asked).toHaveLength(2);
});

describe("renewal: 'foreground'", () => {
  it('renews inside the call that finds the token due', async () => {
    const { clock, source, cached } = await holding(60 * minute, { renewal: 'foreground' });
    await clock.advance(55 * minute);
    expect(cached.peek(own)).toBeUndefined();
    const waiting = cached.getToken(own);
    source.at(1).give(tokenOf('second', clock.now(), 60 * minute));
    expect((await waiting).value).toBe('second');
  });

  it('keeps the token if that fails, and does not try again at once', async () => {
    const { clock, source, cached, first } = await holding(60 * minute, { renewal: 'foreground' });
    await clock.advance(55 * minute);
    const waiting = cached.getToken(own);
    source.at(1).fail(failure());
    expect(await waiting).toBe(first);
    expect(await cached.getToken(own)).toBe(first);
    expect(source.asked).toHaveLength(2);
  });

  it('throws when the token is over by the time that its renewal has failed', async () => {
    const { clock, source, cached } = await holding(5_000, { renewal: 'foreground' });
    await clock.advance(4_000);
    const waiting = cached.getToken(own);
    await clock.advance(1_000);
    source.at(1).fail(failure());
    await expect(waiting).rejects.toMatchObject({ code: 'token_request_refused' });
  });

  it('throws when the token was rejected while its renewal failed', async () => {
    const { clock, source, cached, first } = await holding(60 * minute, { renewal: 'foreground' });
    await clock.advance(55 * minute);
    const waiting = cached.getToken(own);
    cached.reject(own, first);
    source.at(1).fail(failure());
    await expect(waiting).rejects.toMatchObject({ code: 'token_request_refused' });
  });

  it('tells a caller that gave up so, and not by the old token', async () => {
    const { clock, cached } = await holding(60 * minute, { renewal: 'foreground' });
    await clock.advance(55 * minute);
    const impatient = new AbortController();
    const given = cached.getToken(own, impatient.signal);
    impatient.abort();
    await expect(given).rejects.toThrow('aborted');
  });
});

describe('a rejected token', () => {
  it('is not handed out again, and the next request says which it was', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    cached.reject(own, first);
    expect(cached.peek(own)).toBeUndefined();
    const waiting = cached.getToken(own);
    expect(source.at(1).request).toMatchObject({ reason: 'rejected', rejected: ['first'] });
    source.at(1).give(tokenOf('second', clock.now(), 60 * minute));
    expect((await waiting).value).toBe('second');
    await clock.advance(55 * minute);
    await cached.getToken(own);
    expect(source.at(2).request).toMatchObject({ reason: 'renewal' });
    // A store that could not be rid of it may still give it.
    expect(source.at(2).request.rejected).toEqual(['first']);
  });

  it('E15 that was replaced already changes nothing', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    cached.reject(own, first);
    const waiting = cached.getToken(own);
    source.at(1).give(tokenOf('second', clock.now(), 60 * minute));
    const second = await waiting;
    cached.reject(own, first);
    expect(cached.peek(own)).toBe(second);
    expect([cached.isGone(own, first), cached.isGone(own, second)]).toEqual([true, false]);
  });
});

describe('row "memory cache"', () => {
  it('never pushes out the client’s own token for the tokens of others', async () => {
    const { clock, source, cached, first } = await holding(60 * minute, { capacity: 3 });
    for (let user = 0; user < 10; user += 1) {
      const waiting = cached.getToken(requestOf(`user ${user}`));
      source.at(user + 1).give(tokenOf(`of user ${user}`, clock.now(), 60 * minute));
      await waiting;
    }
    expect(cached.peek(own)).toBe(first);
    expect(cached.peek(requestOf('user 0'))).toBeUndefined();
    expect(cached.peek(requestOf('user 9'))?.value).toBe('of user 9');
  });
});

describe('row "close"', () => {
  it('lets the flight under way end, then refuses new ones', async () => {
    const { clock, source, cached } = cachedSource();
    const waiting = cached.getToken(own);
    let closed = false;
    const closing = cached.close('auth.close() was called').then(() => (closed = true));
    await clock.advance(0);
    expect(closed).toBe(false);
    source.at(0).give(tokenOf('first', clock.now(), 60 * minute));
    expect((await waiting).value).toBe('first');
    await closing;
    expect((await cached.getToken(own)).value).toBe('first');
    await expect(cached.getToken(requestOf('another'))).rejects.toMatchObject({ code: 'closed', client: 'billing' });
  });
});

describe('row "a flight too old"', () => {
  it('E13 E56 what an abandoned flight brings serves those who wait for it, and takes no newer token’s place', async () => {
    const { clock, source, cached } = cachedSource();
    const waiting = cached.getToken(own);
    clock.set(clock.now() + 11_001);
    const next = cached.getToken(own);
    source.at(1).give(tokenOf('the new one', clock.now(), minute));
    expect((await next).value).toBe('the new one');
    source.at(0).give(tokenOf('the late one', clock.now(), 60 * minute));
    expect((await waiting).value).toBe('the late one');
    expect(cached.peek(own)?.value).toBe('the new one');
  });

  it('E56 a renewal that is too old holds back no other', async () => {
    const { clock, source, cached, first } = await holding(60 * minute);
    await clock.advance(55 * minute);
    expect(cached.peek(own)).toBe(first);
    clock.set(clock.now() + 11_001);
    expect(cached.peek(own)).toBe(first);
    expect(source.asked.map(({ request }) => request.reason)).toEqual(['absent', 'renewal', 'renewal']);
  });
});
