import { describe, expect, it } from 'vitest';
import { runs } from '../../runs.mjs';

describe.concurrent('the short runs of processes that share', () => {
  it.each([
    { name: 'cold-fleet', shows: 'token requests' },
    { name: 'lock-holder-killed', shows: 'token requests among the others' },
    { name: 'store-faults', shows: 'operations in the store' },
    { name: 'rotating-sessions', shows: 'refresh tokens that came twice' },
  ])(
    'meet their numbers, and print them: $name',
    async ({ name, shows }) => {
      const { lines, met } = await runs[name].run({ short: true });
      const text = lines.join('\n');
      expect(text).toContain(shows);
      expect(met, text).toBe(true);
    },
    60_000,
  );
});
