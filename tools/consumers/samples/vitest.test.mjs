import { test } from 'vitest';
import { use } from './scenario.cjs';

test.each(['core', 'express', 'koa', 'axios', 'nestjs', 'nestjs/axios', 'testing'])('%s', (sample) =>
  use(sample, (name) => import(name)),
);
