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
  'store-faults': {
    about: 'Redis killed, frozen, read-only, restarted under load: no call fails, none with a token at hand goes there',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./sharing/store-faults.mjs')).runStoreFaults(options),
  },
  'rotating-sessions': {
    about:
      '8 processes with rotating refresh tokens, Redis killed once: none is sent twice, none lost but to a new one',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./sharing/rotating-sessions.mjs')).runRotatingSessions(options),
  },
  steady: {
    about: '300 calls/s with tokens of 3 s: nobody waits for a renewal, nobody sends an expired token',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./life/steady.mjs')).runSteady(options),
  },
  'failing-endpoint': {
    about: 'the same with a token endpoint that fails for 2 s of every 6 s: who waits, and for how long',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./life/failing-endpoint.mjs')).runFailingEndpoint(options),
  },
  revoked: {
    about: 'the token revoked every 5 s under 64 callers: one token request each time, and nobody notices',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./life/revoked.mjs')).runRevoked(options),
  },
  'always-401': {
    about: '1,000 calls/s to an API that refuses every token: at most 5 token requests in 60 s',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./life/always-401.mjs')).runAlways401(options),
  },
  'wrong-secret': {
    about: '1,000 calls/s with a wrong secret, in one process, in 8 with Redis, for 10,000 users',
    packages: ['core', 'redis', 'testing'],
    run: async (options) => (await import('./life/wrong-secret.mjs')).runWrongSecret(options),
  },
  fleet: {
    about: '24 hours of 10,000 processes, and of 100 processes with 10,000 tenants: token requests per second',
    writes: 'packages/redis/fleet.svg',
    packages: ['core', 'testing'],
    run: async (options) => (await import('./fleet/run.mjs')).runFleet(options),
  },
};
