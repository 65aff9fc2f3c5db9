/**
 * The soak runs by name. `packages` are built first; `run({ short, write })` is imported only when it is asked for, and
 * gives the lines to print and whether its numbers were met. With `short` it stays under 10 s, for `npm test`.
 */
export const runs = {
  fleet: {
    about: '24 hours of 10,000 processes, and of 100 processes with 10,000 tenants: token requests per second',
    writes: 'packages/redis/fleet.svg',
    packages: ['core', 'testing'],
    run: async (options) => (await import('./fleet/run.mjs')).runFleet(options),
  },
};
