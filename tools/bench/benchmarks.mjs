/** What there is to measure, each imported only when it is asked for. Its `run` gives the exit code. */
export const benchmarks = {
  import: {
    says: 'what importing core costs: time, size, and which modules are loaded on import and in use',
    run: async (options) => (await import('./import/benchmark.mjs')).runImport(options),
  },
};
