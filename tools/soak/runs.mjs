/**
 * The soak runs by name. `packages` are built first; `run({ short, write })` is imported only when it is asked for, and
 * gives the lines to print and whether its numbers were met. With `short` it stays under 10 s, for `npm test`.
 */
export const runs = {
  'cold-fleet': {
    about: '8 processes, 500 concurrent cold calls each: one token request with Redis, 8 without',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./sharing/cold-fleet.mjs')).runColdFleet(options),
  },
  'lock-holder-killed': {
    about: 'the process that holds the lock is killed in mid-request: the others go on, one of them asks',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./sharing/lock-holder-killed.mjs')).runLockHolderKilled(options),
  },
  fleet: {
    about: '24 hours of 10,000 processes, and of 100 processes with 10,000 tenants: token requests per second',
    writes: 'packages/redis/fleet.svg',
    packages: ['core', 'testing'],
    run: async (options) => (await import('./fleet/run.mjs')).runFleet(options),
  },
};
