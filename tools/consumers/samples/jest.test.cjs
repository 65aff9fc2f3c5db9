const samples = require('./samples.json');
const { use } = require('./scenario.cjs');

test.each(samples)('%s', (sample) => use(sample, (name) => require(name)));
