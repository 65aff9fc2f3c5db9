import { describe, expect, it } from 'vitest';
import { byTurns } from '../by-turns.mjs';
import { timingComparison, timingTable } from '../import/timing.mjs';
import { median, pairedRatio, quantile, ratioText } from '../statistics.mjs';

describe('the arithmetic', () => {
  it('takes the middle of the sorted values, and halfway between two', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(quantile([7], 0.75)).toBe(7);
  });

  it('compares within each round, so that a slow round counts no more than another', () => {
    const ratio = pairedRatio([2, 200, 6], [1, 100, 2]);
    expect(ratio).toEqual({ median: 2, low: 2, high: 2.5 });
    expect(ratioText(ratio)).toBe('2.00 (2.00–2.50)');
  });
});

describe('the turns', () => {
  it('measure every subject once a round, each round from another one on, and leave the first round out', async () => {
    const order = [];
    const results = await byTurns(['a', 'b'], 2, (subject) => `${subject}${order.push(subject)}`);
    expect(order.join('')).toBe('abbaab');
    expect(results).toEqual([
      ['a4', 'a5'],
      ['b3', 'b6'],
    ]);
  });
});

describe('the table of times', () => {
  const every = (loading, whole) => [1, 2].map((round) => ({ loading: loading * round, whole: whole * round }));
  const results = {
    'empty module': every(1, 40),
    oauth4webapi: every(2, 50),
    before: every(4, 60),
    after: every(3, 75),
  };

  it('has the ratio to each floor', () => {
    const row = timingTable('import', results)
      .split('\n')
      .find((line) => line.startsWith('after'));
    expect(row.trim().split(/ {2,}/)).toEqual([
      'after',
      '4.5',
      '1.50 (1.50–1.50)',
      '112.5',
      '1.50 (1.50–1.50)',
      '1.88 (1.88–1.88)',
    ]);
  });

  it('says what came of a change', () => {
    expect(timingComparison('import', results)).toBe(
      'by import, after ÷ before: 0.75 (0.75–0.75); the whole process: 1.25 (1.25–1.25)',
    );
  });
});
