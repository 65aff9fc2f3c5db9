import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { missed } from '../../fleet/numbers.mjs';
import { runFleet } from '../../fleet/run.mjs';

const fleet = { processes: 10, tenants: 2, callEvery: 1_000 };
const numbers = { firstWave: 10, lastHour: 10, total: 56, waits: 0 };
const half = { ...numbers, firstWave: 6, lastHour: 6 };

function found(...all) {
  return all.map((given) => ({ numbers: given, variant: { says: 'some' } }));
}

describe('the run', () => {
  it('meets its numbers when it is short', async () => {
    const { lines, met } = await runFleet({ short: true });
    expect({ met, lines: lines.join('\n') }).toEqual({
      met: true,
      lines: expect.stringContaining('store, jitter (default)'),
    });
  }, 30_000);

  it('knows its numbers', () => {
    expect(missed({ fleet, found: found(numbers, half, numbers, half) }, 24)).toEqual([]);
  });

  it.each([
    { what: 'renewals that come together', second: { ...half, firstWave: 7 }, says: /7 of 10 in the first wave/ },
    { what: 'renewals that come together again', second: { ...half, lastHour: 7 }, says: /7 of 10 in the last hour/ },
    { what: 'more tokens than the store makes necessary', fourth: { ...half, total: 57 }, says: /57 token requests/ },
    { what: 'a token that ends before its renewal', fourth: { ...half, waits: 1 }, says: /1 times a token ended/ },
  ])('misses them by $what', ({ second = half, fourth = half, says }) => {
    expect(missed({ fleet, found: found(numbers, second, numbers, fourth) }, 24)).toEqual([
      expect.stringMatching(says),
    ]);
  });
});

describe('the figure in the repository', () => {
  it('is small', () => {
    const file = path.resolve(import.meta.dirname, '../../../../packages/redis/fleet.svg');
    expect(statSync(file).size).toBeLessThan(100_000);
  });
});
