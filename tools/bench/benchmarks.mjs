import { scenarios } from './scenarios.mjs';

const measured = Object.entries(scenarios).map(([name, { says }]) => {
  const run = async (options) => {
    const { runScenario } = await import('./measuring/run-scenario.mjs');
    return runScenario(name, options);
  };
  return [name, { says, run }];
});

/** What there is to measure, each imported only when it is asked for. Its `run` gives the exit code. */
export const benchmarks = {
  ...Object.fromEntries(measured),
  import: {
    says: 'what importing core costs: time, size, and which modules are loaded on import and in use',
    run: async ({ cores, rounds, quick }) => {
      const { runImport } = await import('./import/benchmark.mjs');
      return runImport({ cores, rounds: rounds ?? (quick ? 3 : 31) });
    },
  },
};
