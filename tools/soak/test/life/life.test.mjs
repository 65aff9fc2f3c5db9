import { describe, expect, it } from 'vitest';
import { atMost, exactly, outcome, told } from '../../life/numbers.mjs';
import { heapNumber } from '../../life/heap.mjs';
import { momentsOf } from '../../life/moments.mjs';
import { undisturbed } from '../../life/undisturbed.mjs';
import { testShortRuns } from '../short-runs.mjs';

describe.concurrent('the short runs', () => {
  testShortRuns(
    [
      { name: 'steady', shows: 'waited for a renewal' },
      { name: 'failing-endpoint', shows: 'failed with a valid token in hand' },
      { name: 'revoked', shows: 'token requests after each' },
      { name: 'always-401', shows: 'made after so many seconds' },
      { name: 'wrong-secret', shows: "failed with the server's own error" },
    ],
    120_000,
  );
});

describe('numbers', () => {
  it('are met when all of them are', () => {
    const { lines, met } = outcome('a run', [exactly('one', 1, 1), atMost('two', 2, 2), told('calls', 12_345)]);
    expect(met).toBe(true);
    expect(lines.join('\n')).toMatch(/calls +12,345/);
    expect(lines.join('\n')).not.toContain('MISSED');
  });

  it.each([exactly('calls', 2, 1), exactly('calls', 0, 1), atMost('calls', 3, 2)])('are missed by $found', (number) => {
    const { lines, met } = outcome('a run', [told('other', 1), number]);
    expect(met).toBe(false);
    expect(lines.join('\n')).toMatch(/calls .*MISSED/);
  });

  it('allow the heap to grow by 5 %', () => {
    expect(heapNumber({ before: 100, after: 105 })).toMatchObject({ found: 5, met: true });
    expect(heapNumber({ before: 1_000, after: 1_052 })).toMatchObject({ found: 5.2, met: false });
  });

  it('say when requests were made, and stop in good time', () => {
    expect(momentsOf([])).toBe('');
    expect(momentsOf([{ at: 1_000 }, { at: 1_049 }, { at: 6_140 }])).toBe('0.0 (2), 5.1');
    const many = Array.from({ length: 9 }, (_, second) => ({ at: 1_000 * second }));
    expect(momentsOf(many)).toBe('0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, …');
  });
});

describe('a run that misses its numbers', () => {
  const runsOf = async (...results) => {
    const left = [...results];
    return { result: await undisturbed(async () => left.shift()), left: left.length };
  };
  const missed = { lines: [], met: false, stall: 10 };
  const disturbed = { ...missed, stall: 400 };
  const met = { ...missed, met: true };

  it('has missed them', async () => {
    expect(await runsOf(missed, met)).toEqual({ result: { lines: [], met: false }, left: 1 });
  });

  it('runs again if a process stood still, three times at most', async () => {
    expect(await runsOf(disturbed, met)).toMatchObject({ result: { met: true }, left: 0 });
    expect(await runsOf(disturbed, disturbed, disturbed, met)).toMatchObject({ result: { met: false }, left: 1 });
  });
});
