const { use } = require('./scenario.cjs');

test.each(['core', 'express', 'koa', 'axios', 'nestjs', 'nestjs/axios', 'testing'])('%s', (sample) =>
  use(sample, (name) => require(name)),
);
