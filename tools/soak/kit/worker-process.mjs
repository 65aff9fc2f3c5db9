// What a Worker runs: modules by name, their functions by message.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delays = monitorEventLoopDelay({ resolution: 10 });
let started;

const known = {
  /** The longest time that it could not run since it was started, in ms. */
  stall: () => Math.round(delays.max / 1e6),
  start: async (module, settings) => {
    const { start } = await import(module);
    started = await start(settings);
    delays.enable();
  },
};

process.on('message', async ({ id, name, args }) => {
  try {
    const result = await (known[name] ?? started[name])(...args);
    process.send({ id, result });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
// Whoever started it is gone, however it ended.
process.on('disconnect', () => process.exit());
