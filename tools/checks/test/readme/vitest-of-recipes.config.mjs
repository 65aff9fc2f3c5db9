import { mergeConfig } from 'vitest/config';
import root from '../../../../vitest.config.mjs';

export default mergeConfig(root, { test: { include: ['recipe.test.ts'] } });
