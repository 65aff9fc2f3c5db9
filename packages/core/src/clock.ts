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
  /** Calls `callback` once, `milliseconds` from now; the function it returns cancels that. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};
