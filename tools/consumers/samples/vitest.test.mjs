import { test } from 'vitest';
import samples from './samples.json';
import { use } from './scenario.cjs';

test.each(samples)('%s', (sample) => use(sample, (name) => import(name)));
