// What a Worker runs: modules by name, their functions by message.
let started;

const known = {
  start: async (module, settings) => {
    const { start } = await import(module);
    started = await start(settings);
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
