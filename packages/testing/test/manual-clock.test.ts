import { describe, expect, it } from 'vitest';
import { manualClock } from '../src/index.ts';

describe('a manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock(1000);
    expect(clock.now()).toBe(1000);
    await clock.advance(500);
    expect(clock.now()).toBe(1500);
    expect(manualClock().now()).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('runs what falls due in the order of time, each at its own time', async () => {
    const clock = manualClock(0);
    const ran: string[] = [];
    clock.after(30, () => ran.push(`c at ${clock.now()}`));
    clock.after(10, () => ran.push(`a at ${clock.now()}`));
    clock.after(10, () => ran.push(`b at ${clock.now()}`));
    clock.after(31, () => ran.push('not yet'));
    await clock.advance(30);
    expect(ran).toEqual(['a at 10', 'b at 10', 'c at 30']);
    expect(clock.pending).toBe(1);
  });

  it('lets promise jobs run between two timers, so that one may set the next', async () => {
    const clock = manualClock(0);
    const ran: number[] = [];
    const pause = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        clock.after(milliseconds, resolve);
      });
    void (async () => {
      for (const milliseconds of [5, 5, 5]) {
        await pause(milliseconds);
        ran.push(clock.now());
      }
    })();
    clock.after(12, () => ran.push(-clock.now()));
    await clock.advance(15);
    expect(ran).toEqual([5, 10, -12, 15]);
  });

  it('forgets a cancelled timer', async () => {
    const clock = manualClock();
    const cancel = clock.after(10, () => expect.unreachable());
    cancel();
    cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(10);
  });

  it('jumps either way without running or moving timers', async () => {
    const clock = manualClock(0);
    let ran = false;
    clock.after(10, () => (ran = true));
    clock.set(3_600_000);
    expect([clock.now(), ran]).toEqual([3_600_000, false]);
    clock.set(-3_600_000);
    await clock.advance(9);
    expect([clock.now(), ran]).toEqual([-3_599_991, false]);
    await clock.advance(1);
    expect(ran).toBe(true);
  });

  it('refuses what is no time', async () => {
    const clock = manualClock();
    expect(() => manualClock(NaN)).toThrow('start: NaN is not a time; give milliseconds');
    expect(() => clock.set(Infinity)).toThrow('set: Infinity is not a time');
    await expect(clock.advance(-1)).rejects.toThrow('advance: -1 is not a time; give milliseconds from 0 on');
  });
});
