const { report } = require('./scenario.cjs');

void report(process.argv.slice(2), (name) => require(name));
