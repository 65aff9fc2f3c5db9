import { manualClock } from '@outbound-auth/testing';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { pass, unrefClock } from '../../src/clock.ts';
import { TokenRequestError } from '../../src/errors.ts';
import { SingleFlight } from '../../src/tokens/single-flight.ts';

describe('a flight', () => {
  it('E11 fails its waiters alike, each by an error of its own', async () => {
    const flights = new SingleFlight<string>({ client: 'billing', clock: manualClock(), flightLimit: 10_000 });
    const server = { status: 401, error: 'invalid_client' };
    const cause = new Error('told once');
    const refused = new TokenRequestError('no', { code: 'token_request_refused', client: 'billing', server, cause });
    const work = () => Promise.reject(refused);
    const calls = [flights.join('a', work), flights.join('a', work)];
    const [one, other] = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)));
    expect(one).not.toBe(other);
    expect(one).toBeInstanceOf(TokenRequestError);
    for (const error of [one, other]) expect(error).toMatchObject({ message: 'no', code: refused.code, server, cause });
    expect(one).toHaveProperty('cause', cause);
    expect(other).toHaveProperty('cause', cause);
    expect(flights.has('a')).toBe(false);
  });

  it('E11 is joined by what its own work asks for', async () => {
    const flights = new SingleFlight<string>({ client: 'billing', clock: manualClock(), flightLimit: 10_000 });
    let started = 0;
    const inner: Promise<string>[] = [];
    const work = (): Promise<string> => {
      started += 1;
      if (started === 1) inner.push(flights.join('a', work));
      return Promise.resolve(`token ${started}`);
    };
    expect(await flights.join('a', work)).toBe('token 1');
    expect(await Promise.all(inner)).toEqual(['token 1']);
    expect(started).toBe(1);
  });

  it('E44 leaves no listener on a signal that many calls share', async () => {
    const flights = new SingleFlight<string>({ client: 'billing', clock: manualClock(), flightLimit: 10_000 });
    const { signal } = new AbortController();
    for (let call = 0; call < 20; call += 1) {
      await flights.join('a', () => Promise.resolve('token'), signal);
      await flights.join('a', () => Promise.reject(new Error('no')), signal).catch(() => undefined);
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('E12 gives the aborting caller its own reason, whatever that is', async () => {
    const flights = new SingleFlight<string>({ client: 'billing', clock: manualClock(), flightLimit: 10_000 });
    const controller = new AbortController();
    const waiting = flights.join('a', () => new Promise(() => undefined), controller.signal);
    controller.abort('a plain text');
    await expect(waiting).rejects.toBe('a plain text');
  });

  it('that fails after all callers have left is nobody’s unhandled rejection', async () => {
    const flights = new SingleFlight<string>({ client: 'billing', clock: manualClock(), flightLimit: 10_000 });
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const work = () => new Promise<string>((_resolve, reject) => (fail = reject));
    const waiting = flights.join('a', work, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow('aborted');
    // Vitest fails the run for a rejection that nobody handles.
    fail(new Error('too late'));
    await new Promise(setImmediate);
    expect(flights.has('a')).toBe(false);
  });
});

describe('row "a flight too old"', () => {
  /** A flight that the test lets go, and one to be joined in its place. */
  function inFlight() {
    const clock = manualClock();
    const flights = new SingleFlight<string>({ client: 'billing', clock, flightLimit: 10_000 });
    const present: (() => boolean)[] = [];
    const ends: ((value: string) => void)[] = [];
    const join = () =>
      flights.join('a', (isPresent) => {
        present.push(isPresent);
        return new Promise((resolve) => ends.push(resolve));
      });
    return { clock, flights, join, present, ends };
  }

  it('E56 is joined while it can still be under way', async () => {
    const { clock, flights, join, ends } = inFlight();
    const first = join();
    clock.set(clock.now() + 10_000);
    expect(flights.has('a')).toBe(true);
    const second = join();
    ends[0]?.('a token');
    expect(await Promise.all([first, second])).toEqual(['a token', 'a token']);
    expect(ends).toHaveLength(1);
  });

  it('E56 is abandoned by the wall clock, for timers stand still in a process that sleeps', async () => {
    const { clock, flights, join, present, ends } = inFlight();
    const first = join();
    clock.set(clock.now() + 10_001);
    expect(flights.has('a')).toBe(false);
    const second = join();
    expect(present.map((isPresent) => isPresent())).toEqual([false, true]);
    ends[0]?.('the late one');
    expect(await first).toBe('the late one');
    expect(flights.has('a')).toBe(true);
    ends[1]?.('the new one');
    expect(await second).toBe('the new one');
    expect(flights.size).toBe(0);
  });

  it('E04 is not taken for old because the clock was set back', async () => {
    const { clock, flights, join } = inFlight();
    void join();
    clock.set(clock.now() - 3_600_000);
    expect(flights.has('a')).toBe(true);
  });

  it('is waited for by who closes', async () => {
    const { clock, flights, join, ends } = inFlight();
    const first = join();
    clock.set(clock.now() + 10_001);
    let closed = false;
    const closing = flights.close('auth.close() was called').then(() => (closed = true));
    await clock.advance(0);
    expect(closed).toBe(false);
    ends[0]?.('the late one');
    await Promise.all([first, closing]);
  });
});

describe('row "close"', () => {
  it('lets flights end, then refuses new ones and says why', async () => {
    const clock = manualClock();
    const flights = new SingleFlight<string>({ client: 'billing', clock, flightLimit: 10_000 });
    let end: (value: string) => void = () => undefined;
    const first = flights.join('a', () => new Promise((resolve) => (end = resolve)));
    const closing = flights.close('auth.close() was called');
    const joined = flights.join('a', () => Promise.resolve('another'));
    const refused = flights.join('b', () => Promise.resolve('another'));
    await expect(refused).rejects.toMatchObject({
      code: 'closed',
      message: "client 'billing': no token is requested any more, because auth.close() was called",
    });
    end('a token');
    expect(await Promise.all([first, joined])).toEqual(['a token', 'a token']);
    await closing;
    // The first reason counts.
    await flights.close('another reason');
    await expect(flights.join('a', () => Promise.resolve('another'))).rejects.toThrow('auth.close() was called');
    expect(clock.pending).toBe(0);
  });

  it('E05 keeps the process alive until then', async () => {
    const clock = manualClock();
    const flights = new SingleFlight<string>({ client: 'billing', clock, flightLimit: 10_000 });
    void flights.join('a', () => pass(unrefClock(clock), 1_000).then(() => 'a token'));
    const ends = [flights.end('a'), flights.close('auth.close() was called')];
    expect(clock.pending).toBe(3);
    await clock.advance(1_000);
    await Promise.all(ends);
    expect(clock.pending).toBe(0);
    await flights.end('a');
  });
});
