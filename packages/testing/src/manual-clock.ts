// Bound at import, so that a runner's fake timers, switched on later, don't hang advance().
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@outbound-auth/core';

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** Timers that wait for their time. */
  readonly pending: number;
  /**
   * Lets time pass: runs the callbacks that fall due in the order of their times, promise jobs between them.
   *
   * @param milliseconds - from 0 on.
   */
  advance(milliseconds: number): Promise<void>;
  /**
   * Makes the wall clock jump, as a host's does when its time is corrected; timers neither run nor move.
   *
   * @param time - milliseconds since the epoch, earlier or later than now.
   */
  set(time: number): void;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * Makes a clock for `createOutboundAuth({ clock })` and `startAuthorizationServer({ clock })`.
 *
 * @param start - milliseconds since the epoch; default 2026-01-01T00:00:00Z.
 * @example
 * ```ts
 * import { manualClock } from '@outbound-auth/testing';
 *
 * const clock = manualClock();
 * clock.after(500, () => console.log('half a second later'));
 * await clock.advance(1000);
 * ```
 */
export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let wall = checked('start', start, -Infinity);
  // Timers follow this one, which no jump of the wall clock touches.
  let elapsed = 0;
  const timers = new Set<Timer>();
  const passTo = (moment: number): void => {
    wall += moment - elapsed;
    elapsed = moment;
  };
  return {
    now: () => wall,
    after: (milliseconds, callback) => {
      const timer = { due: elapsed + Math.max(0, milliseconds), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get pending() {
      return timers.size;
    },
    async advance(milliseconds) {
      const end = elapsed + checked('advance', milliseconds, 0);
      await setImmediate();
      for (let next = earliest(timers); next !== undefined && next.due <= end; next = earliest(timers)) {
        timers.delete(next);
        passTo(next.due);
        next.callback();
        await setImmediate();
      }
      passTo(end);
    },
    set(time) {
      wall = checked('set', time, -Infinity);
    },
  };
}

function earliest(timers: Iterable<Timer>): Timer | undefined {
  let first: Timer | undefined;
  // Strictly less, so that of two with the same time the one set first runs first.
  for (const timer of timers) if (first === undefined || timer.due < first.due) first = timer;
  return first;
}

function checked(name: string, milliseconds: number, least: number): number {
  if (Number.isFinite(milliseconds) && milliseconds >= least) return milliseconds;
  throw new RangeError(`${name}: ${milliseconds} is not a time; give milliseconds${least === 0 ? ' from 0 on' : ''}`);
}
