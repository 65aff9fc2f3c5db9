import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it, vi } from 'vitest';
import { withinTimeLimit } from '../src/time-limit.ts';

const forever = () => new Promise<never>(() => undefined);
const timeout = new Error('too late');

describe('work within a time limit', () => {
  it('gives its result, and leaves no timer', async () => {
    const clock = manualClock();
    const work = vi.fn(() => Promise.resolve('done'));
    expect(await withinTimeLimit(clock, 1_000, () => timeout, work)).toBe('done');
    expect(work).toHaveBeenCalledOnce();
    expect(clock.pending).toBe(0);
  });

  it('fails with its own error, and leaves no timer', async () => {
    const clock = manualClock();
    const error = new Error('its own');
    await expect(
      withinTimeLimit(
        clock,
        1_000,
        () => timeout,
        () => Promise.reject(error),
      ),
    ).rejects.toBe(error);
    await expect(
      withinTimeLimit(
        clock,
        1_000,
        () => timeout,
        () => {
          throw error;
        },
      ),
    ).rejects.toBe(error);
    expect(clock.pending).toBe(0);
  });

  it('is not waited for beyond it, whether it heeds the signal or not', async () => {
    const clock = manualClock();
    const signals: AbortSignal[] = [];
    const limited = withinTimeLimit(
      clock,
      1_000,
      () => timeout,
      (signal) => {
        signals.push(signal);
        return forever();
      },
    );
    const settled = vi.fn();
    limited.catch(settled);
    await clock.advance(999);
    expect(settled).not.toHaveBeenCalled();
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    await expect(limited).rejects.toBe(timeout);
    expect(signals[0]?.reason).toBe(timeout);
    expect(clock.pending).toBe(0);
  });

  it('that fails after it is nobody’s unhandled rejection', async () => {
    const clock = manualClock();
    let fail: (error: Error) => void = () => undefined;
    const work = () => new Promise<never>((_resolve, reject) => (fail = reject));
    const limited = withinTimeLimit(clock, 1_000, () => timeout, work);
    const expected = expect(limited).rejects.toBe(timeout);
    await clock.advance(1_000);
    await expected;
    fail(new Error('later still'));
    // Vitest fails the run for a rejection that nobody handles.
    await clock.advance(0);
  });

  it('has its error made when the time is over, not before', async () => {
    const clock = manualClock();
    let phase = 'first';
    const limited = withinTimeLimit(clock, 1_000, () => new Error(phase), forever);
    phase = 'second';
    const expected = expect(limited).rejects.toThrow('second');
    await clock.advance(1_000);
    await expected;
  });
});
