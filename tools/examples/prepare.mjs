import path from 'node:path';
import { readJson } from '../build/read.mjs';
import { npm } from '../setup/npm.mjs';
import { plainEnvironment } from '../setup/service.mjs';
import { placePackages } from './place-packages.mjs';

const timeLimit = 120_000;

/**
 * Makes an example what its reader has after `npm install` and `npm run build`.
 *
 * @returns where it is (`cwd`), the file that `npm start` runs (`main`), and `script`, which runs one of its own: `test`
 */
export async function prepare(example) {
  const cwd = path.join(import.meta.dirname, example);
  const options = { cwd, env: plainEnvironment(), timeLimit };
  const script = (name, ...flags) => npm(['run', name, '--if-present', '--', ...flags], options);
  placePackages(cwd);
  // Types are checked by `typecheck`, those of the tests too: once is enough.
  await script('build', '--noCheck');
  const [, main] = /^node (\S+)$/.exec(readJson(path.join(cwd, 'package.json')).scripts.start);
  return { cwd, main, script };
}
