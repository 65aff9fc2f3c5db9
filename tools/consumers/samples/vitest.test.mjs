import { test } from 'vitest';
import samples from './samples.json';
import { use } from './scenario.cjs';

// However slow this machine is just now.
test.each(samples)('%s', (sample) => use(sample, (name) => import(name)), 60_000);
