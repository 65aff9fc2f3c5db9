import { expect, it } from 'vitest';
import { runs } from '../runs.mjs';

/** Tests of the short versions of these runs: each meets its numbers, and prints the one that it is about. */
export function testShortRuns(cases, timeLimit) {
  it.each(cases)(
    'meet their numbers, and print them: $name',
    async ({ name, shows }) => {
      const { lines, met } = await runs[name].run({ short: true });
      const text = lines.join('\n');
      expect(text).toContain(shows);
      expect(met, text).toBe(true);
    },
    timeLimit,
  );
}
