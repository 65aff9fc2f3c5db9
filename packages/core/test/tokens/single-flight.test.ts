import { manualClock } from '@outbound-auth/testing';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
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
