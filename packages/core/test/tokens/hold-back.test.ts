import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { OutboundAuthError } from '../../src/errors.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { type Hold, HoldBack, type HoldBackSettings } from '../../src/tokens/hold-back.ts';
import { verdictOf } from '../../src/tokens/verdict.ts';
import { answerOf, clientRefused, errorOf, failing, refused, throttled } from './failures.ts';

function holdBack(changes: Partial<HoldBackSettings> = {}) {
  const clock = manualClock();
  const events: OutboundAuthEvent[] = [];
  const emit = (event: OutboundAuthEvent) => void events.push(event);
  const holds = new HoldBack({ client: 'billing', clock, random: () => 1, capacity: 100, emit, ...changes });
  /** A request for this key begins now, and fails. */
  const fail = (key: string, error: OutboundAuthError): void => {
    const verdict = verdictOf(error);
    if (verdict === 'not_asked') throw new Error('nothing to hold back');
    holds.failed(key, holds.of(key), verdict, error);
  };
  const lengths = () => events.flatMap((event) => (event.type === 'token.held_back' ? [event.durationMs / 1_000] : []));
  const scopes = () => events.flatMap((event) => (event.type === 'token.held_back' ? [event.scope] : []));
  return { clock, events, holds, fail, lengths, scopes };
}

/** Fails again as soon as each hold is over. */
async function failTimes(times: number, error: () => OutboundAuthError, changes?: Partial<HoldBackSettings>) {
  const scene = holdBack(changes);
  for (let time = 0; time < times; time += 1) {
    scene.fail('a', error());
    const hold = scene.holds.on('a');
    if (hold === undefined) throw new Error('nothing is held back');
    await scene.clock.advance(scene.holds.left(hold));
  }
  return scene;
}

describe('row "endpoint failing, no token in hand"', () => {
  it('holds a token’s requests back for 0.5 s, doubling to 30 s', async () => {
    const { lengths, scopes } = await failTimes(9, failing);
    expect(lengths()).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
    expect(new Set(scopes())).toEqual(new Set(['token']));
  });

  it('by chance a quarter less, so that a fleet does not come back together', async () => {
    const { lengths } = await failTimes(3, failing, { random: () => 0 });
    expect(lengths()).toEqual([0.375, 0.75, 1.5]);
  });

  it('holds nobody else’s back', () => {
    const { holds, fail } = holdBack();
    fail('a', failing());
    expect(holds.on('a')).toBeDefined();
    expect(holds.on('b')).toBeUndefined();
    expect(holds.clientUntil).toBeUndefined();
  });

  it('429 holds the whole client back, and so does Retry-After with any answer of trouble', () => {
    for (const error of [throttled(), throttled(7), answerOf({ status: 503 }, 7)]) {
      const { holds, fail, scopes } = holdBack();
      fail('a', error);
      expect(scopes()).toEqual(['client']);
      expect(holds.on('b')).toBe(holds.on('a'));
      expect(holds.clientUntil).toBeDefined();
    }
  });

  it('for as long as the server asks for', async () => {
    const { holds, fail, clock } = holdBack();
    fail('a', throttled(300));
    await clock.advance(299_999);
    expect(holds.on('b')).toBeDefined();
    await clock.advance(1);
    expect(holds.on('b')).toBeUndefined();
    expect(holds.clientUntil).toBeUndefined();
  });

  it('and by chance up to a tenth longer, never shorter, so that a fleet does not come back together', async () => {
    for (const [random, length] of [
      [() => 0, 110],
      [() => 0.5, 105],
      [() => 1, 100],
    ] as const) {
      const { lengths } = await failTimes(1, () => throttled(100), { random });
      expect(lengths()).toEqual([length]);
    }
  });

  it('E42 and no less than the first pause, however soon it wants to be asked again', async () => {
    const { lengths } = await failTimes(3, () => throttled(0.001));
    expect(lengths()).toEqual([0.5, 0.5, 0.5]);
  });

  it('begins anew after a success', () => {
    const { holds, fail, lengths } = holdBack();
    fail('a', failing());
    fail('a', failing());
    holds.succeeded('a', holds.of('a'));
    expect(holds.on('a')).toBeUndefined();
    fail('a', failing());
    expect(lengths()).toEqual([0.5, 1, 0.5]);
  });

  it('counts on however long the attempts of a flight take', async () => {
    const { clock, holds, fail, lengths } = holdBack();
    fail('a', failing());
    await clock.advance(500);
    const before = holds.of('a');
    await clock.advance(9_000);
    holds.failed('a', before, 'failing', failing());
    expect(lengths()).toEqual([0.5, 1]);
  });

  it('begins anew when twice its length has passed since', async () => {
    const { clock, fail, lengths } = holdBack();
    fail('a', failing());
    await clock.advance(500 + 1_000);
    fail('a', failing());
    await clock.advance(1_000 + 2_001);
    fail('a', failing());
    expect(lengths()).toEqual([0.5, 1, 0.5]);
  });
});

describe('row "refused"', () => {
  it('holds the key back for 5 s, doubling to 60 s, whatever chance says', async () => {
    const { lengths, scopes } = await failTimes(6, refused, { random: () => 0 });
    expect(lengths()).toEqual([5, 10, 20, 40, 60, 60]);
    expect(new Set(scopes())).toEqual(new Set(['token']));
  });

  it('holds the client back that is refused itself', async () => {
    const { lengths, scopes, holds } = await failTimes(6, clientRefused);
    expect(lengths()).toEqual([5, 10, 20, 40, 60, 60]);
    expect(new Set(scopes())).toEqual(new Set(['client']));
    expect(holds.of('b').client).toBeDefined();
  });

  it('gives the same error at once, of its own for each, and says when to come again', async () => {
    const { clock, holds, fail } = holdBack();
    const error = clientRefused();
    fail('a', error);
    await clock.advance(1_500);
    const hold = holds.on('b');
    if (hold === undefined) throw new Error('nothing is held back');
    const given = [holds.turnedAway(hold), holds.turnedAway(hold)];
    for (const each of given) {
      expect(each).toMatchObject({ code: error.code, message: error.message, server: error.server });
      expect(each).toMatchObject({ retryAfter: 3.5, status: 503 });
    }
    expect(given[0]).not.toBe(given[1]);
    expect(error.retryAfter).toBeUndefined();
  });

  it('tells who looks for a changed secret of each refusal of the client, and of each who is turned away', () => {
    const told: string[] = [];
    const { holds, fail } = holdBack({
      onRefusedClient: ({ times }) => told.push(`refused ${times}`),
      onTurnedAway: ({ times }) => told.push(`turned away ${times}`),
    });
    const turnAway = (key: string): void => {
      const hold = holds.on(key);
      if (hold !== undefined) holds.turnedAway(hold);
    };
    fail('a', refused());
    turnAway('a');
    fail('a', failing());
    expect(told).toEqual([]);
    fail('b', clientRefused());
    turnAway('c');
    expect(told).toEqual(['refused 1', 'turned away 1']);
  });

  it('E27 lets all in again whose secret has changed, unless they were refused anew', () => {
    const { holds, fail } = holdBack();
    fail('a', clientRefused());
    const first = holds.on('a');
    fail('a', clientRefused());
    if (first !== undefined) holds.forgive(first);
    const second = holds.on('a');
    expect(second?.times).toBe(2);
    if (second !== undefined) holds.forgive(second);
    expect(holds.on('a')).toBeUndefined();
  });
});

describe('of several holds', () => {
  it('what says no goes before what may be over in a moment', () => {
    const { holds, fail } = holdBack();
    fail('a', throttled(300));
    fail('a', refused());
    expect(holds.on('a')?.verdict).toBe('refused');
    expect(holds.on('b')?.verdict).toBe('failing');
  });

  it('of two troubles the longer counts', () => {
    const { holds, fail } = holdBack();
    fail('a', failing());
    fail('b', throttled(7));
    expect(holds.on('a')?.length).toBe(7_000);
    fail('c', errorOf('invalid_token_response'));
    expect(holds.on('c')?.verdict).toBe('unusable');
  });

  it('one flight’s failure counts once: those that began before it say nothing new', () => {
    const { holds, lengths } = holdBack();
    const before = ['a', 'b', 'c'].map((key) => holds.of(key));
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      holds.failed(key, before[index] ?? holds.of(key), 'client_refused', clientRefused());
    }
    expect(lengths()).toEqual([5]);
  });

  it('a success that began before the failure does not end its hold', () => {
    const { holds, fail } = holdBack();
    const before = holds.of('a');
    fail('b', throttled());
    fail('a', failing());
    holds.succeeded('a', before);
    expect(holds.of('a')).toMatchObject({ client: { verdict: 'failing' }, token: { verdict: 'failing' } });
  });
});

describe('what another process tells', () => {
  const told = (clock: { now(): number }, length: number): Hold => {
    return { error: refused(), verdict: 'refused', times: 3, length, until: clock.now() + length };
  };

  it('is held back here too, and counted on from', async () => {
    const { clock, holds, fail, lengths } = holdBack();
    holds.adopt('a', 'token', told(clock, 20_000));
    expect(holds.on('a')?.times).toBe(3);
    expect(holds.on('b')).toBeUndefined();
    await clock.advance(20_000);
    fail('a', refused());
    expect(lengths()).toEqual([20, 40]);
  });

  it('does not shorten what is known', () => {
    const { clock, holds } = holdBack();
    holds.adopt('a', 'client', told(clock, 20_000));
    holds.adopt('a', 'client', told(clock, 5_000));
    expect(holds.on('b')?.length).toBe(20_000);
  });

  it('E04 takes the place of what is over because the clock was set back', () => {
    const { clock, holds } = holdBack();
    holds.adopt('a', 'client', told(clock, 20_000));
    clock.set(clock.now() - 3_600_000);
    holds.adopt('a', 'client', told(clock, 5_000));
    expect(holds.on('b')?.length).toBe(5_000);
  });
});

it('E04 a hold is over when the wall clock stands before its beginning', () => {
  const { clock, holds, fail } = holdBack();
  fail('a', clientRefused());
  clock.set(clock.now() - 3_600_000);
  expect(holds.on('a')).toBeUndefined();
  expect(holds.clientUntil).toBeUndefined();
});

it('holds are forgotten of the tokens that were longest ago, and never the client’s', () => {
  const { holds, fail } = holdBack({ capacity: 10 });
  fail('first', clientRefused());
  for (let key = 0; key < 50; key += 1) fail(`key ${key}`, refused());
  expect(Array.from({ length: 50 }, (_, key) => holds.of(`key ${key}`).token).filter(Boolean)).toHaveLength(10);
  expect(holds.on('anything')?.verdict).toBe('client_refused');
});
