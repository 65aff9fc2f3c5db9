// The tests of @outbound-auth/nestjs, over both versions of Nest: the one of the workspace, and the one in this folder.
import { createRequire } from 'node:module';
import { mergeConfig } from 'vitest/config';
import root from '../../vitest.config.mjs';

const require = createRequire(import.meta.url);
const { dependencies } = require('./package.json');
const alias = Object.keys(dependencies).map((name) => ({
  find: new RegExp(`^${name}$`),
  replacement: require.resolve(name),
}));

const versionIn = (manifest) => require(manifest).version;

export default mergeConfig(root, {
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'nest-12', provide: { nest: versionIn('../../node_modules/@nestjs/core/package.json') } },
      },
      {
        extends: true,
        test: { name: 'nest-11', provide: { nest: versionIn('./node_modules/@nestjs/core/package.json') } },
        resolve: { alias },
      },
    ],
  },
});
