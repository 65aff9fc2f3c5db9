import { describe, expect, it } from 'vitest';
import { runs } from '../../runs.mjs';

describe.each(['cold-fleet', 'lock-holder-killed'])('the run %s', (name) => {
  it('meets its numbers when it is short', async () => {
    const { lines, met } = await runs[name].run({ short: true });
    expect({ met, lines }).toEqual({ met: true, lines: expect.any(Array) });
  }, 60_000);
});
