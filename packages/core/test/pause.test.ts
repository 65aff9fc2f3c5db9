import { describe, expect, it } from 'vitest';
import { leftOf, pauseLength } from '../src/pause.ts';

const now = Date.UTC(2026, 0, 1);

/** A pause of that length, which begins now. */
const pauseOf = (length: number) => ({ until: now + length, length });

describe('what is left of a pause', () => {
  it('grows less as time passes, down to nothing', () => {
    const pause = pauseOf(5_000);
    expect([0, 1, 4_999, 5_000, 60_000].map((passed) => leftOf(pause, now + passed))).toEqual([5_000, 4_999, 1, 0, 0]);
  });

  it('is all of it when it begins, also where its length is no whole number', () => {
    // Near the present time a number holds no more than four thousandths of a millisecond.
    for (let length = 375; length < 376; length += 1 / 997) expect(leftOf(pauseOf(length), now)).toBeGreaterThan(374);
  });

  it('E04 is nothing once the wall clock stands before its beginning', () => {
    expect(leftOf(pauseOf(5_000), now - 3_600_000)).toBe(0);
    expect(leftOf(pauseOf(5_000), now - 2)).toBe(0);
  });
});

it('pauses in a row double up to the longest', () => {
  const lengths = [1, 2, 3, 4, 5, 6, 7].map((times) => pauseLength(times, 500, 30_000) / 1_000);
  expect(lengths).toEqual([0.5, 1, 2, 4, 8, 16, 30]);
  expect(pauseLength(5_000, 500, 30_000)).toBe(30_000);
});
