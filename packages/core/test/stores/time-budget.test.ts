import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { TimeBudget } from '../../src/stores/time-budget.ts';

const late = () => new Error('too late');

const taking = (clock: Clock, milliseconds: number) => (): Promise<string> =>
  new Promise((resolve) => void clock.after(milliseconds, () => resolve('done')));

describe('a time budget', () => {
  it('lasts for as long as it says, to the millisecond', async () => {
    const clock = manualClock();
    const inTime = new TimeBudget(clock, 230).spend(late, taking(clock, 229));
    const tooLate = expect(new TimeBudget(clock, 230).spend(late, taking(clock, 231))).rejects.toThrow('too late');
    await clock.advance(231);
    expect(await inTime).toBe('done');
    await tooLate;
  });

  it('is shared by one piece of work after the other', async () => {
    const clock = manualClock();
    const budget = new TimeBudget(clock, 250);
    for (const milliseconds of [33, 110, 106]) {
      const work = budget.spend(late, taking(clock, milliseconds));
      await clock.advance(milliseconds);
      expect(await work).toBe('done');
    }
    const last = expect(budget.spend(late, taking(clock, 2))).rejects.toThrow('too late');
    await clock.advance(2);
    await last;
    expect(clock.pending).toBe(0);
  });

  it('counts no rest in between', async () => {
    const clock = manualClock();
    const budget = new TimeBudget(clock, 250);
    for (let time = 0; time < 2; time += 1) {
      const work = budget.spend(late, taking(clock, 120));
      await clock.advance(120);
      await work;
      await clock.advance(10_000);
    }
    const last = budget.spend(late, taking(clock, 9));
    await clock.advance(9);
    expect(await last).toBe('done');
  });

  it('is not used up by a process that was too busy to look: what has come meanwhile is taken', async () => {
    const clock = manualClock();
    // Each timer is 300 ms late, as where the event loop is held.
    const busy: Clock = { ...clock, after: (milliseconds, callback) => clock.after(milliseconds + 300, callback) };
    const budget = new TimeBudget(busy, 250);
    const work = budget.spend(late, taking(clock, 340));
    await clock.advance(340);
    expect(await work).toBe('done');
    const hanging = expect(budget.spend(late, taking(clock, 60_000))).rejects.toThrow('too late');
    await clock.advance(5 * 350);
    await hanging;
  });

  it('E04 counts little of an hour that the wall clock was set by', async () => {
    const clock = manualClock();
    const budget = new TimeBudget(clock, 250);
    for (const jump of [3_600_000, -3_600_000]) {
      const work = budget.spend(late, taking(clock, 10));
      clock.set(clock.now() + jump);
      await clock.advance(10);
      expect(await work).toBe('done');
    }
    const last = budget.spend(late, taking(clock, 180));
    await clock.advance(180);
    expect(await last).toBe('done');
  });
});
