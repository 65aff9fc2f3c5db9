import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../build/read.mjs';

const folder = path.resolve(import.meta.dirname, '../../packages');
const found = readdirSync(folder)
  .map((name) => ({ name, file: path.join(folder, name, 'package.json') }))
  .filter(({ file }) => existsSync(file))
  .map(({ name, file }) => ({ name, entries: entriesOf(name, readJson(file)) }));

/** The names of all packages, as they are found in packages/. */
export const packages = found.map(({ name }) => name);

/** What users import from some packages, without the scope: `nestjs` and `nestjs/axios`. */
export function entriesOfPackages(names) {
  return found.filter(({ name }) => names.includes(name)).flatMap(({ entries }) => entries);
}

function entriesOf(name, { exports }) {
  return Object.keys(exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => path.posix.join(name, subpath));
}
