/** A time in which something isn't tried. Both in milliseconds, `until` since the epoch. */
export interface Pause {
  readonly until: number;
  readonly length: number;
}

/** What is left of a pause, in milliseconds; 0 once it is over. */
export function leftOf({ until, length }: Pause, now: number): number {
  const left = until - now;
  // More than there ever was, roundings apart: the wall clock was set back, and says nothing of how long ago it began.
  return left > length + 1 ? 0 : Math.max(0, left);
}

/** The length of the n-th pause in a row, in milliseconds: each twice the last, up to a limit. */
export function pauseLength(times: number, shortest: number, longest: number): number {
  return Math.min(longest, shortest * 2 ** (times - 1));
}
