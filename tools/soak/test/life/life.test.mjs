import { describe, expect, it } from 'vitest';
import { atMost, exactly, outcome, told } from '../../life/numbers.mjs';
import { heapNumber } from '../../life/heap.mjs';
import { runs } from '../../runs.mjs';

describe.concurrent('the short runs', () => {
  it.each([
    { name: 'steady', shows: 'waited for a renewal' },
    { name: 'failing-endpoint', shows: 'failed with a valid token in hand' },
    { name: 'revoked', shows: 'token requests after each' },
    { name: 'always-401', shows: 'made after so many seconds' },
    { name: 'wrong-secret', shows: "failed with the server's own error" },
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
});
