import { describe, expect, it } from 'vitest';
import { simulate } from '../../fleet/model.mjs';
import { simulateReally } from '../../fleet/real.mjs';
import { rules } from '../../fleet/rules.mjs';
import { listedCalls } from './listed-calls.mjs';

const hour = 3_600_000;
// Long and short lifetimes; calls so rare that tokens end between them, and so dense that many wait for the first one.
const fleets = [
  { processes: 1, lifetime: hour, every: 60_000 },
  { processes: 1, lifetime: hour, every: 1_800_000 },
  { processes: 1, lifetime: 5_000, every: 500 },
  { processes: 5, lifetime: hour, every: 60_000 },
  { processes: 4, lifetime: hour, every: 900_000 },
  { processes: 5, lifetime: 60_000, every: 1_000 },
  { processes: 8, lifetime: 2_000, every: 40 },
];

async function seen(simulation, { processes, lifetime, every, renewalJitter = 0.05, walks }) {
  const until = 20 * lifetime;
  const found = { requests: [], reads: [], waits: [] };
  await simulation(listedCalls(processes, { every, until }), {
    rules: { ...rules, lifetime, renewalJitter },
    until,
    walks,
    tell: {
      request: (time) => found.requests.push(time),
      read: (time) => found.reads.push(time),
      wait: (time) => found.waits.push(time),
    },
  });
  found.reads.sort((a, b) => a - b);
  return found;
}

describe('the model of a fleet', () => {
  it.each(fleets)(
    'asks for tokens and reads the store when the product does: $processes processes, tokens of $lifetime ms, a call every $every ms',
    async (fleet) => {
      const real = await seen(simulateReally, { ...fleet, walks: true });
      expect(real.requests.length).toBeGreaterThan(10);
      expect(await seen(simulate, fleet)).toEqual(real);
    },
  );

  it('does so without jitter, too', async () => {
    const fleet = { ...fleets[3], renewalJitter: 0 };
    expect(await seen(simulate, fleet)).toEqual(await seen(simulateReally, { ...fleet, walks: true }));
  });
});

describe('the product in a fleet', () => {
  it.each(fleets)(
    'does the same when calls that find a fresh token are left out: $processes processes, tokens of $lifetime ms',
    async (fleet) => {
      expect(await seen(simulateReally, fleet)).toEqual(await seen(simulateReally, { ...fleet, walks: true }));
    },
  );
});
