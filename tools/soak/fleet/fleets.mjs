import { simulate } from './model.mjs';
import { simulateReally } from './real.mjs';
import { rules } from './rules.mjs';
import { seededRandom } from './seeded-random.mjs';
import { Tally } from './tally.mjs';
import { randomCalls, randomStarts } from './traffic.mjs';

const deploy = 60_000;

/** The two fleets, and for how many hours each is looked at. `isReal`: few enough to be run by the product itself. */
export const whole = {
  hours: 24,
  fleets: [
    { processes: 10_000, tenants: 1, callEvery: 1_000, calls: 'used once a second in each', isReal: true },
    {
      processes: 100,
      tenants: 10_000,
      callEvery: 60_000,
      calls: 'each used once a minute in each process',
      isReal: false,
    },
  ],
};

export const short = {
  hours: 3,
  fleets: [
    { ...whole.fleets[0], processes: 1_000 },
    { ...whole.fleets[1], tenants: 100 },
  ],
};

/** With and without what keeps a fleet from asking together. */
export const variants = [
  { hasStore: false, renewalJitter: 0, says: 'no store, no jitter' },
  { hasStore: false, renewalJitter: rules.renewalJitter, says: 'no store, jitter (default)' },
  { hasStore: true, renewalJitter: 0, says: 'store, no jitter' },
  { hasStore: true, renewalJitter: rules.renewalJitter, says: 'store, jitter (default)' },
];

/** What a fleet does in these hours: token requests, reads of the store, and how often a call had to wait. */
export async function simulated({ processes, tenants, callEvery, isReal }, { hasStore, renewalJitter }, hours) {
  const random = seededRandom(1);
  const starts = randomStarts(processes, deploy, random);
  const [requests, reads] = [new Tally(hours), new Tally(hours)];
  let waits = 0;
  const settings = {
    rules: { ...rules, renewalJitter },
    until: hours * 3_600_000,
    tell: { request: (time) => requests.add(time), read: (time) => reads.add(time), wait: () => (waits += 1) },
  };
  const sharing = isReal ? simulateReally : simulate;
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    const clients = starts.map((startAt) => randomCalls(startAt, callEvery, random));
    for (const group of hasStore ? [clients] : clients.map((client) => [client])) await sharing(group, settings);
  }
  return { requests, reads, waits };
}
