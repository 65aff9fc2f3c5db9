import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../fleet/seeded-random.mjs';
import { Tally } from '../../fleet/tally.mjs';
import { randomCalls } from '../../fleet/traffic.mjs';
import { Turns } from '../../fleet/turns.mjs';

describe('the turns', () => {
  it('come in the order of their times, whatever those are', () => {
    const times = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.array(fc.nat(50), { maxLength: 60 }), (starts, pauses) => {
        const turns = new Turns(starts);
        const next = [...starts];
        for (const pause of pauses) {
          expect(turns.time).toBe(Math.min(...next));
          expect(next[turns.first]).toBe(turns.time);
          next[turns.first] += pause;
          turns.postpone(next[turns.first]);
        }
      }),
    );
  });
});

describe('the tally', () => {
  const tally = new Tally(1);
  for (const time of [0, 999, 1_000, 61_000, 61_999, 61_500, 3_600_000]) tally.add(time);

  it('counts by the second, and nothing beyond its hours', () => {
    expect({ total: tally.total, mean: tally.mean }).toEqual({ total: 6, mean: 6 / 3_600 });
  });

  it('finds the busiest second between two', () => {
    expect([tally.peak(0, 60), tally.peak(60, 3_600), tally.peak(2, 60)]).toEqual([2, 3, 0]);
    expect(tally.peaks(1_800)).toEqual([3, 0]);
  });
});

describe('chance', () => {
  it('is the same for the same seed, another for another, and even', () => {
    const draw = (seed) => Array.from({ length: 10_000 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const tenths = draw(3).reduce(
      (counts, value) => counts.with(Math.floor(10 * value), counts[Math.floor(10 * value)] + 1),
      new Array(10).fill(0),
    );
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('lets a process call from its start on, as far apart as it should on average', () => {
    const { nextCall } = randomCalls(5_000, 200, seededRandom(1));
    let time = nextCall(0);
    expect(time).toBeGreaterThan(5_000);
    for (let call = 0; call < 10_000; call += 1) time = nextCall(time);
    expect((time - 5_000) / 10_001).toBeGreaterThan(190);
    expect((time - 5_000) / 10_001).toBeLessThan(210);
  });
});
