import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { OutboundAuthError } from '../../src/errors.ts';
import { type HeldVerdict, HoldBack } from '../../src/tokens/hold-back.ts';
import { Patience } from '../../src/tokens/patience.ts';
import { clientRefused, errorOf, failing, throttled } from './failures.ts';
import { tokenOf } from './scripted-source.ts';

function patience(waitTimeout = 10_000) {
  const clock = manualClock();
  const holds = new HoldBack({ client: 'billing', clock, random: () => 1, capacity: 100, emit: () => undefined });
  const patient = new Patience({ client: 'billing', clock, waitTimeout, holds });
  let attempts = 0;
  const hold = (error: OutboundAuthError, verdict: HeldVerdict = 'failing') => {
    holds.failed('a', holds.of('a'), verdict, error);
  };
  /** Fails so many times, each time held back, then gives a token. */
  const failTimes = (times: number) => async () => {
    attempts += 1;
    if (attempts > times) return tokenOf('a token', clock.now(), 60_000);
    const error = failing();
    hold(error);
    throw error;
  };
  return { clock, holds, patient, hold, failTimes, attempts: () => attempts };
}

describe('row "endpoint failing, no token in hand"', () => {
  it('whoever waits does so through the holds, and gets the token that comes after them', async () => {
    const { clock, patient, failTimes, attempts } = patience();
    const waiting = patient.wait('a', failTimes(4), undefined);
    const counts: number[] = [];
    for (const step of [0, 499, 1, 1_000, 2_000, 4_000]) {
      await clock.advance(step);
      counts.push(attempts());
    }
    expect(counts).toEqual([1, 1, 2, 3, 4, 5]);
    expect((await waiting).value).toBe('a token');
    expect(clock.pending).toBe(0);
  });

  it('but no longer than is worth it: when a hold ends too late, it fails at once, and says when to come again', async () => {
    const { clock, patient, failTimes, attempts } = patience();
    const waiting = patient.wait('a', failTimes(5), undefined);
    const settled = waiting.catch((error: unknown) => [clock.now() - Date.UTC(2026, 0, 1), error]);
    await clock.advance(8_000);
    expect(await settled).toEqual([7_500, expect.objectContaining({ code: 'token_endpoint_failed', status: 503 })]);
    await expect(waiting).rejects.toMatchObject({ retryAfter: 8 });
    expect(attempts()).toBe(5);
    expect(clock.pending).toBe(0);
  });

  it('E44 counts the 10 s of each from when it joins', async () => {
    const { clock, patient } = patience();
    const hang = () => new Promise<never>(() => undefined);
    const ended: string[] = [];
    const join = (name: string) => void patient.wait('a', hang, undefined).catch(() => ended.push(name));
    join('first');
    await clock.advance(6_000);
    join('second');
    await clock.advance(3_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['first']);
    await clock.advance(6_000);
    expect(ended).toEqual(['first', 'second']);
  });

  it('E07 says so when the time is over, and by which option', async () => {
    const { clock, patient } = patience(2_500);
    const failed = expect(patient.wait('a', () => new Promise(() => undefined), undefined)).rejects.toMatchObject({
      code: 'token_request_timeout',
      message:
        "client 'billing': no token within 2.5 s (waitTimeout). Check the authorization server, or raise waitTimeout",
      status: 504,
    });
    await clock.advance(2_500);
    await failed;
  });

  it('with the last trouble, if there was one before', async () => {
    const { clock, patient, failTimes, attempts } = patience();
    const [fail, hang] = [failTimes(1), () => new Promise<never>(() => undefined)];
    const failed = expect(
      patient.wait('a', () => (attempts() === 0 ? fail() : hang()), undefined),
    ).rejects.toMatchObject({
      code: 'token_endpoint_failed',
      server: { status: 503 },
      status: 503,
      retryAfter: 0.5,
    });
    await clock.advance(10_000);
    await failed;
  });

  it('goes on at once where nothing is held back: it had joined a renewal', async () => {
    const { clock, patient } = patience();
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(failing()) : Promise.resolve(tokenOf('a token', clock.now(), 60_000));
    };
    expect((await patient.wait('a', attempt, undefined)).value).toBe('a token');
  });

  it('fails where nothing is held back a second time, rather than ask for ever', async () => {
    const { patient } = patience();
    let attempts = 0;
    const unheld = async () => {
      attempts += 1;
      throw failing();
    };
    await expect(patient.wait('a', unheld, undefined)).rejects.toThrow(failing().message);
    expect(attempts).toBe(2);
  });

  it('E42 does not wait for a hold of five minutes', async () => {
    const { clock, patient, hold } = patience();
    const error = throttled(300);
    hold(error);
    await expect(patient.wait('a', () => Promise.reject(error), undefined)).rejects.toMatchObject({ retryAfter: 300 });
    expect(clock.pending).toBe(0);
  });
});

describe('row "refused"', () => {
  it('is nothing to wait for', async () => {
    const { patient, clock } = patience();
    for (const error of [
      clientRefused(),
      errorOf('credential_unavailable'),
      errorOf('too_many_requests'),
      new Error('bug'),
    ]) {
      await expect(patient.wait('a', () => Promise.reject(error), undefined)).rejects.toBe(error);
    }
    expect(clock.pending).toBe(0);
  });

  it('nor is a refusal that another met while this one was in trouble', async () => {
    const { patient, hold } = patience();
    const attempt = () => {
      hold(clientRefused(), 'client_refused');
      return Promise.reject(failing());
    };
    await expect(patient.wait('a', attempt, undefined)).rejects.toMatchObject({
      server: { error: 'invalid_client' },
      retryAfter: 5,
    });
  });
});

describe('row "a caller gives up"', () => {
  it('E05 ends the wait at once, and leaves no timer that keeps the process alive', async () => {
    const { clock, patient, failTimes, attempts } = patience();
    const timers: boolean[] = [];
    const after = clock.after.bind(clock);
    clock.after = (milliseconds, callback, options) => {
      const keeps = options?.unref !== true;
      if (keeps) timers.push(true);
      const cancel = after(milliseconds, callback, options);
      return () => {
        cancel();
        if (keeps) timers.pop();
      };
    };
    const controller = new AbortController();
    const waiting = patient.wait('a', failTimes(3), controller.signal);
    await clock.advance(100);
    expect(timers).toEqual([true]);
    controller.abort('no time');
    await expect(waiting).rejects.toBe('no time');
    expect(timers).toEqual([]);
    await clock.advance(0);
    expect(attempts()).toBe(1);
  });
});

describe('row "cold, many callers": of a thousand who ask for the same at once', () => {
  it('all wait by one attempt and one timer, and get the same token', async () => {
    const { clock, patient, failTimes, attempts } = patience();
    const calls = Array.from({ length: 1_000 }, () => patient.wait('a', failTimes(1), undefined));
    expect([attempts(), clock.pending]).toEqual([1, 1]);
    await clock.advance(500);
    expect(new Set((await Promise.all(calls)).map(({ value }) => value))).toEqual(new Set(['a token']));
    expect([attempts(), clock.pending]).toEqual([2, 0]);
  });

  it('each fails by an error of its own', async () => {
    const { patient } = patience();
    const refused = clientRefused();
    const calls = Array.from({ length: 3 }, () => patient.wait('a', () => Promise.reject(refused), undefined));
    const errors = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)));
    expect(new Set(errors).size).toBe(3);
    for (const error of errors) expect(error).toMatchObject({ message: refused.message, code: refused.code });
  });

  it('one who asks later, for another token, or may give up, waits apart', async () => {
    const { clock, patient } = patience();
    let attempts = 0;
    const hang = (): Promise<never> => {
      attempts += 1;
      return new Promise(() => undefined);
    };
    const ends = [patient.wait('a', hang, undefined), patient.wait('b', hang, undefined)];
    ends.push(patient.wait('a', hang, new AbortController().signal));
    await clock.advance(1);
    ends.push(patient.wait('a', hang, undefined));
    expect(attempts).toBe(4);
    const settled = Promise.allSettled(ends);
    await clock.advance(10_000);
    expect((await settled).map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'rejected'));
  });

  it('one who asks when they have got their answer begins anew, in the same millisecond too', async () => {
    const { patient, failTimes, attempts } = patience();
    await patient.wait('a', failTimes(0), undefined);
    await patient.wait('a', failTimes(0), undefined);
    expect(attempts()).toBe(2);
  });
});
