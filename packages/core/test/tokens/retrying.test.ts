import { manualClock, type ManualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { isOutboundAuthError, type OutboundAuthError } from '../../src/errors.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { HoldBack } from '../../src/tokens/hold-back.ts';
import { RetryingTokenSource, type RetrySettings } from '../../src/tokens/retrying.ts';
import type { TokenRequest, TokenSource } from '../../src/tokens/token-source.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { answerOf, clientRefused, errorOf, failing, refused, throttled } from './failures.ts';
import { requestOf, ScriptedSource, tokenOf } from './scripted-source.ts';

const seconds = 1_000;

interface Outcome {
  readonly key: string;
  /** The token, or the code of the error. */
  result: string | undefined;
  error: OutboundAuthError | undefined;
}

const settingsOf = (clock: ManualClock) => ({
  client: 'billing',
  clock,
  random: () => 1,
  emit: () => undefined,
  attempts: 3,
  requestTimeout: 4 * seconds,
});

function retrying(changes: Partial<RetrySettings> = {}) {
  const clock = manualClock();
  const events: OutboundAuthEvent[] = [];
  const emit = (event: OutboundAuthEvent) => void events.push(event);
  const random = changes.random ?? (() => 1);
  const common = { ...settingsOf(clock), random, emit };
  const holds = new HoldBack({ ...common, capacity: 100 });
  const source = new ScriptedSource();
  const tokens = new RetryingTokenSource(source, { ...common, holds, ...changes });
  /** Asks for a caller that waits for 10 s. */
  const ask = (key = 'a', more: Partial<TokenRequest> = {}): Outcome => {
    const outcome: Outcome = { key, result: undefined, error: undefined };
    tokens.getToken({ ...requestOf(key), deadline: clock.now() + 10 * seconds, ...more }).then(
      ({ value }) => (outcome.result = value),
      (error: unknown) => {
        if (!isOutboundAuthError(error)) throw error;
        outcome.error = error;
        outcome.result = error.code;
      },
    );
    return outcome;
  };
  /** Answers the last request, and lets what comes of it happen. */
  const answer = async (error?: OutboundAuthError): Promise<void> => {
    await clock.advance(0);
    const asked = source.at(source.asked.length - 1);
    if (error === undefined) asked.give(tokenOf('a token', clock.now(), 60 * seconds));
    else asked.fail(error);
    await clock.advance(0);
  };
  const delays = () => events.flatMap((event) => (event.type === 'token.retrying' ? [event.delayMs] : []));
  const held = () => events.flatMap((event) => (event.type === 'token.held_back' ? [event.scope] : []));
  return { clock, events, holds, source, tokens, ask, answer, delays, held };
}

/** How many requests have been made by each of these moments, in milliseconds. */
async function askedBy(clock: ManualClock, source: ScriptedSource, moments: readonly number[]): Promise<number[]> {
  const start = clock.now();
  const counts: number[] = [];
  for (const moment of moments) {
    await clock.advance(start + moment - clock.now());
    counts.push(source.asked.length);
  }
  return counts;
}

describe('row "attempts"', () => {
  it('tries again after a pause, and gives what that brings', async () => {
    const { clock, ask, answer, events, source } = retrying();
    const outcome = ask();
    await answer(failing());
    expect(outcome.result).toBeUndefined();
    expect(await askedBy(clock, source, [249, 250])).toEqual([1, 2]);
    await answer();
    expect(outcome.result).toBe('a token');
    expect(events).toMatchObject([{ type: 'token.retrying', client: 'billing', attempt: 1, delayMs: 250 }]);
  });

  it('three times, the pauses at most 0.25 s and 0.5 s, then fails as the last did', async () => {
    const { clock, ask, answer, delays, source, held } = retrying();
    const outcome = ask();
    await answer(failing());
    await clock.advance(250);
    await answer(errorOf('token_request_timeout'));
    await clock.advance(500);
    expect(held()).toEqual([]);
    await answer(errorOf('token_endpoint_unreachable'));
    expect(outcome.result).toBe('token_endpoint_unreachable');
    expect(delays()).toEqual([250, 500]);
    expect(source.asked).toHaveLength(3);
    expect(held()).toEqual(['token']);
  });

  it('with full jitter: each pause is any part of that', async () => {
    const { clock, ask, answer, delays } = retrying({ random: () => 0.1 });
    ask();
    await answer(failing());
    await clock.advance(25);
    await answer(failing());
    expect(delays()).toEqual([25, 50]);
  });

  it('as often as the option says', async () => {
    for (const attempts of [1, 5]) {
      const { clock, ask, answer, source } = retrying({ attempts, random: () => 0 });
      ask();
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        await answer(failing());
        await clock.advance(100);
      }
      expect(source.asked).toHaveLength(attempts);
    }
  });

  it('and no more than its caller can wait for', async () => {
    const { clock, ask, answer, source } = retrying();
    const outcome = ask('a', { deadline: clock.now() + 250 });
    await answer(failing());
    expect(outcome.result).toBe('token_endpoint_failed');
    expect(source.asked).toHaveLength(1);
  });

  it('a renewal is tried once, and its failure holds nothing back: nobody waits', async () => {
    const { clock, ask, answer, source, held } = retrying();
    const outcome = ask('a', { reason: 'renewal' });
    await answer(failing());
    expect(outcome.result).toBe('token_endpoint_failed');
    await clock.advance(60 * seconds);
    expect(source.asked).toHaveLength(1);
    expect(held()).toEqual([]);
  });

  it('but a renewal that is refused, or told to come later, is held like all others', async () => {
    for (const error of [refused(), clientRefused(), throttled()]) {
      const { ask, answer, held } = retrying();
      ask('a', { reason: 'renewal' });
      await answer(error);
      expect(held()).toHaveLength(1);
    }
  });

  it.each([refused(), clientRefused(), answerOf({ status: 404 }), errorOf('invalid_token_response')])(
    'asks once where asking again does not help: $message',
    async (error) => {
      const { clock, ask, answer, source, held } = retrying();
      const outcome = ask();
      await answer(error);
      expect(outcome.error).toBe(error);
      await clock.advance(4 * seconds);
      expect(source.asked).toHaveLength(1);
      expect(held()).toHaveLength(1);
    },
  );

  it('E50 asks once, and holds nothing back, where the server has nothing to do with it', async () => {
    for (const code of ['credential_unavailable', 'session_unavailable', 'closed'] as const) {
      const { clock, ask, answer, source, held } = retrying();
      const outcome = ask();
      await answer(errorOf(code));
      expect(outcome.result).toBe(code);
      await clock.advance(4 * seconds);
      expect(source.asked).toHaveLength(1);
      expect(held()).toEqual([]);
    }
  });
});

describe('row "endpoint failing, no token in hand"', () => {
  it('each hold doubles, however long the attempts between two of them take', async () => {
    const { clock, ask, answer, events } = retrying();
    for (let flight = 0; flight < 4; flight += 1) {
      ask('a', { deadline: Infinity });
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await clock.advance(4 * seconds);
        await answer(failing());
      }
    }
    const lengths = events.flatMap((event) => (event.type === 'token.held_back' ? [event.durationMs / seconds] : []));
    expect(lengths).toEqual([0.5, 1, 2, 4]);
  });

  it('E42 waits between attempts for as long as the server asks for, and says so', async () => {
    const { clock, ask, answer, source, delays, held } = retrying();
    const outcome = ask();
    await answer(throttled(3));
    expect(await askedBy(clock, source, [2_999, 3_000])).toEqual([1, 2]);
    await answer();
    expect(outcome.result).toBe('a token');
    expect([delays(), held()]).toEqual([[3_000], ['client']]);
  });

  it('E42 fails at once when that is longer than its caller waits, with no word of another attempt', async () => {
    const { ask, answer, delays, clock } = retrying();
    const outcome = ask();
    await answer(throttled(300));
    expect(outcome.error).toMatchObject({ code: 'token_endpoint_failed', retryAfter: 300, status: 503 });
    expect(delays()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('sends nothing while a hold is on: whoever can wait for its end does, the others fail at once', async () => {
    const { clock, ask, answer, source } = retrying({ attempts: 1 });
    ask();
    await answer(throttled(9));
    const others = [ask('b'), ask('c', { deadline: clock.now() + 9 * seconds }), ask('d', { reason: 'renewal' })];
    await clock.advance(0);
    expect(others.map(({ result }) => result)).toEqual([undefined, 'token_endpoint_failed', 'token_endpoint_failed']);
    expect(others[1]?.error).toMatchObject({ retryAfter: 9, status: 503 });
    expect(await askedBy(clock, source, [8_999, 9_000])).toEqual([1, 2]);
    expect(source.at(1).request.key).toBe('b');
  });

  it('when a client’s hold is over one request goes first, and the others after its success', async () => {
    const { clock, ask, answer, source } = retrying();
    ask();
    await answer(throttled(5));
    const outcomes = Array.from({ length: 20 }, (_, index) => ask(`key ${index}`));
    await clock.advance(5 * seconds);
    expect(source.asked).toHaveLength(2);
    await answer();
    expect(source.asked).toHaveLength(22);
    for (const { give } of source.asked) give(tokenOf('a token', clock.now(), 60 * seconds));
    await clock.advance(0);
    expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['a token']));
  });

  it('nobody else goes first while that one is under way, and nobody but one when it has failed', async () => {
    const { clock, ask, answer, source } = retrying({ attempts: 1 });
    ask();
    await answer(clientRefused());
    await clock.advance(5 * seconds);
    const outcomes = ['b', 'c', 'd'].map((key) => ask(key));
    await clock.advance(1 * seconds);
    expect(source.asked).toHaveLength(2);
    await answer(errorOf('credential_unavailable'));
    expect(source.asked).toHaveLength(3);
    await answer(clientRefused());
    expect(source.asked).toHaveLength(3);
    expect(outcomes.map(({ result }) => result)).toEqual([
      'credential_unavailable',
      'token_request_refused',
      'token_request_refused',
    ]);
    expect(outcomes[2]?.error?.retryAfter).toBe(10);
  });

  it('whose turn comes after its callers have gone asks for nothing', async () => {
    const { clock, ask, answer, source } = retrying({ attempts: 1 });
    ask();
    await answer(throttled(5));
    const outcomes = ['b', 'c'].map((key) => ask(key));
    await clock.advance(5 * seconds);
    expect(source.asked).toHaveLength(2);
    await clock.advance(5 * seconds);
    await answer(errorOf('token_request_timeout'));
    expect(source.asked).toHaveLength(2);
    expect(outcomes.map(({ result }) => result)).toEqual(['token_request_timeout', 'token_endpoint_failed']);
  });
});

describe('row "refused"', () => {
  it('fails at once while that is held, and asks again after', async () => {
    const { clock, ask, answer, source } = retrying();
    ask();
    await answer(refused());
    const early = ask();
    await clock.advance(4_999);
    expect(early.error).toMatchObject({ code: 'token_request_refused', retryAfter: 5, status: 503 });
    expect(source.asked).toHaveLength(1);
    await clock.advance(1);
    ask();
    await clock.advance(0);
    expect(source.asked).toHaveLength(2);
  });

  it('a refusal that comes between two attempts ends them', async () => {
    const { clock, ask, answer, source } = retrying();
    const first = ask('a');
    await answer(failing());
    ask('b');
    await answer(clientRefused());
    await clock.advance(250);
    expect(first.error).toMatchObject({ code: 'token_request_refused', server: { error: 'invalid_client' } });
    expect(source.asked).toHaveLength(2);
  });
});

describe('who has waited for the end of a hold', () => {
  it('is told from who has not, so that it waits for a place too', async () => {
    const { clock, ask, answer, source } = retrying({ attempts: 1 });
    ask('a');
    await answer(throttled(2));
    ask('b');
    ask('c');
    await clock.advance(2 * seconds);
    await answer();
    ask('d');
    await clock.advance(0);
    expect(source.asked.map(({ request: { key, waited } }) => [key, waited])).toEqual([
      ['a', false],
      ['b', true],
      ['c', true],
      ['d', false],
    ]);
  });

  it('sends nothing either if another hold has begun before its turn comes', async () => {
    const { clock, holds, events } = retrying();
    const turns: (() => void)[] = [];
    const source: TokenSource = {
      getToken: async (request) => {
        await new Promise<void>((resolve) => turns.push(resolve));
        request.sending?.();
        throw failing();
      },
    };
    const tokens = new RetryingTokenSource(source, { ...settingsOf(clock), holds });
    const waiting = failureOf(tokens.getToken({ ...requestOf('a'), deadline: clock.now() + 10 * seconds }));
    await clock.advance(0);
    holds.failed('b', holds.of('b'), 'failing', throttled(5));
    turns[0]?.();
    expect(await waiting).toMatchObject({ server: { status: 429 }, retryAfter: 5 });
    expect(events.map(({ type }) => type)).toEqual(['token.held_back']);
  });
});

it('a request that was never sent, for its time was over before, holds nothing back', async () => {
  const clock = manualClock();
  const events: OutboundAuthEvent[] = [];
  const common = { ...settingsOf(clock), emit: (event: OutboundAuthEvent) => void events.push(event) };
  const holds = new HoldBack({ ...common, capacity: 100 });
  const source: TokenSource = { getToken: () => Promise.reject(errorOf('token_request_timeout')) };
  const tokens = new RetryingTokenSource(source, { ...common, holds });
  const request = { ...requestOf('a'), deadline: clock.now() + 10 * seconds };
  expect(await failureOf(tokens.getToken(request))).toMatchObject({ code: 'token_request_timeout' });
  expect([holds.on('a'), events]).toEqual([undefined, []]);
});
