import { manualClock, type ManualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { type Deadline, Deadlines } from '../../src/tokens/deadlines.ts';

const never = new Promise<never>(() => undefined);
const late = (): Error => new Error('late');

/** When this wait was over, in milliseconds from now; to be awaited after the clock has moved. */
async function overAfter(clock: ManualClock, limit: Deadline): Promise<number> {
  const start = clock.now();
  await expect(limit.within(never, late)).rejects.toThrow('late');
  return clock.now() - start;
}

describe('row "attempts": the time limit of one who waits', () => {
  it('is each one’s own from when it began, and its error too', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 10_000);
    const first = overAfter(clock, deadlines.begin());
    await clock.advance(4_000);
    const second = overAfter(clock, deadlines.begin());
    await clock.advance(6_000);
    expect(await first).toBe(10_000);
    await clock.advance(4_000);
    expect(await second).toBe(10_000);
    const limit = deadlines.begin();
    const errors = [limit.within(never, late), limit.within(never, late)].map((wait) =>
      wait.catch((error: unknown) => error),
    );
    await clock.advance(10_000);
    const [one, other] = await Promise.all(errors);
    expect(one).not.toBe(other);
  });

  it('shares one timer with all who begin in the same millisecond, until the last of them has left', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 10_000);
    const limits = Array.from({ length: 1_000 }, () => deadlines.begin());
    expect(clock.pending).toBe(1);
    const [last, ...others] = limits;
    for (const limit of others) limit.leave();
    expect([clock.pending, last?.isOver]).toEqual([1, false]);
    last?.leave();
    expect(clock.pending).toBe(0);
  });

  it('is a new one where those who began in the same millisecond have left', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock, 10_000);
    deadlines.begin().leave();
    const wait = overAfter(clock, deadlines.begin());
    expect(clock.pending).toBe(1);
    await clock.advance(10_000);
    expect(await wait).toBe(10_000);
  });

  it('gives what the work gives, or throws what it throws, and forgets it', async () => {
    const clock = manualClock();
    const limit = new Deadlines(clock, 10_000).begin();
    const error = new Error('of the work');
    expect(await limit.within(Promise.resolve('done'), late)).toBe('done');
    await expect(limit.within(Promise.reject(error), late)).rejects.toBe(error);
    let asked = 0;
    const wait = limit.within(Promise.resolve('done'), () => new Error(String((asked += 1))));
    await wait;
    await clock.advance(10_000);
    expect(asked).toBe(0);
  });
});
