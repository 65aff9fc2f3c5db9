// node tools/build/build.mjs PROJECT_ROOT: builds a package into its dist, as ESM and CommonJS, with types for both.
import path from 'node:path';
import { build } from 'tsdown';
import { augmentationsApart, hasTwoAugmentations, writeAugmentations } from './augmentations.mjs';
import { esmOnlyDependencies } from './esm-only-dependencies.mjs';
import { readJson, readTsconfig } from './read.mjs';
import { sourceEntries } from './source-entries.mjs';
import { writeThirdPartyLicenses } from './third-party-licenses.mjs';

const [projectRoot] = process.argv.slice(2);
if (!projectRoot) throw new Error('usage: node tools/build/build.mjs PROJECT_ROOT');

const cwd = path.resolve(projectRoot);
const manifest = readJson(path.join(cwd, 'package.json'));
const tsconfig = path.join(cwd, 'tsconfig.lib.json');
// Jest's default mode can load no ESM, neither by require nor by import(): the CommonJS build carries what is ESM only.
const inlined = esmOnlyDependencies(manifest, cwd);
const twoAugmentations = hasTwoAugmentations(cwd);

const bundles = await build({
  cwd,
  config: false,
  entry: sourceEntries(manifest),
  format: {
    esm: {},
    cjs: { deps: { alwaysBundle: (id) => inlined.includes(id), onlyBundle: inlined } },
  },
  deps: { onlyBundle: [] },
  platform: 'node',
  target: 'node20.19',
  tsconfig,
  sourcemap: 'hidden',
  dts: {
    // oxc loses the comments on decorated classes.
    oxc: !readTsconfig(tsconfig).experimentalDecorators,
    sourcemap: false,
  },
  inputOptions: (options) => {
    if (twoAugmentations) options.plugins.unshift(augmentationsApart);
  },
  // A circle of imports is a design fault, and depends on luck when it is loaded.
  checks: { legacyCjs: false, pluginTimings: false, circularDependency: true },
  report: false,
  failOnWarn: true,
  logLevel: 'warn',
}).catch((error) => {
  console.error(`${manifest.name} could not be built: ${error.message}`);
  process.exit(1);
});
if (twoAugmentations) writeAugmentations(cwd);
writeThirdPartyLicenses(bundles, path.join(cwd, 'dist'));
console.log(`built ${manifest.name}`);
