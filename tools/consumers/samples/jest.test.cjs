const samples = require('./samples.json');
const { use } = require('./scenario.cjs');

// However slow this machine is just now.
test.each(samples)('%s', (sample) => use(sample, (name) => require(name)), 60_000);
