/**
 * Where time comes from: the only place that reads the wall clock or sets a timer.
 *
 * Give your own to test code that depends on time (`manualClock()` of `@outbound-auth/testing`).
 *
 * @example
 * ```ts
 * import type { Clock } from '@outbound-auth/core';
 *
 * const frozen: Clock = { now: () => 1_700_000_000_000, after: () => () => undefined };
 * ```
 */
export interface Clock {
  /** The wall-clock time, in milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `callback` once, `milliseconds` from now; the function it returns cancels that.
   *
   * @param options `unref`: nobody waits for it, so it must not keep the process alive.
   */
  after(milliseconds: number, callback: () => void, options?: TimerOptions): () => void;
}

/** How a timer is kept. */
export interface TimerOptions {
  /** Whether the process may end before it runs. Default: false. */
  readonly unref?: boolean | undefined;
}

// Node.js fires a timer at once that is longer than this.
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback, options) => {
    let timer: NodeJS.Timeout | undefined;
    const arm = (left: number): void => {
      const rest = left - longestTimer;
      timer = rest > 0 ? setTimeout(arm, longestTimer, rest) : setTimeout(callback, left);
      if (options?.unref === true) timer.unref();
    };
    arm(milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** The same clock for work that nobody waits for: its timers don't keep the process alive. */
export function unrefClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    after: (milliseconds, callback) => clock.after(milliseconds, callback, { unref: true }),
  };
}

/** Waits for what doesn't keep the process alive itself: without a timer, the process would end in the middle. */
export async function keepingAlive<Result>(clock: Clock, work: Promise<Result>): Promise<Result> {
  const cancel = clock.after(longestTimer, () => undefined);
  try {
    return await work;
  } finally {
    cancel();
  }
}

/** Waits, until the time is over. */
export function pass(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
}
