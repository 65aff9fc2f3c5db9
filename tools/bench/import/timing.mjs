import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { table } from '../../playground/table.mjs';
import { byTurns } from '../by-turns.mjs';
import { plainEnvironment } from '../fresh-process.mjs';
import { median, pairedRatio, ratioText } from '../statistics.mjs';
import { makeApplications } from './applications.mjs';

const children = {
  import: path.join(import.meta.dirname, 'child/import.mjs'),
  require: path.join(import.meta.dirname, 'child/require.cjs'),
};

/** Loads core and its floors, each in fresh processes by turns: their results, by name in the order of the table. */
export async function timeLoading(way, cores, rounds) {
  const rows = {
    'empty module': {},
    oauth4webapi: { name: 'oauth4webapi', folder: folderOf(import.meta.resolve('oauth4webapi/package.json')) },
    jose: { name: 'jose', folder: folderOf(import.meta.resolve('jose/package.json')) },
    ...Object.fromEntries(cores.map(({ label, manifest, folder }) => [label, { name: manifest.name, folder }])),
  };
  const { mains, remove } = makeApplications(way, Object.values(rows));
  try {
    const results = await byTurns(mains, rounds, (main) => load(way, main));
    return Object.fromEntries(Object.keys(rows).map((row, index) => [row, results[index]]));
  } finally {
    remove();
  }
}

/** Each row's medians, and its ratios to the floors: in brackets the quartiles of the rounds. */
export function timingTable(way, results) {
  const { 'empty module': empty, oauth4webapi } = results;
  return table(
    Object.entries(results).map(([name, samples]) => ({
      [`by ${way}`]: name,
      [`${way} ms`]: median(samples.map(loading)).toFixed(1),
      '÷ oauth4webapi': ratioOf(loading, samples, oauth4webapi),
      'process ms': median(samples.map(whole)).toFixed(1),
      'process ÷ oauth4webapi': ratioOf(whole, samples, oauth4webapi),
      'process ÷ empty module': ratioOf(whole, samples, empty),
    })),
  );
}

/** For example `by import, after ÷ before: 1.02 (0.99–1.05); the whole process: 1.00 (0.99–1.01)`. */
export function timingComparison(way, { before, after }) {
  const [alone, process] = [loading, whole].map((part) => ratioOf(part, after, before));
  return `by ${way}, after ÷ before: ${alone}; the whole process: ${process}`;
}

function ratioOf(part, samples, floor) {
  return ratioText(pairedRatio(samples.map(part), floor.map(part)));
}

function loading(sample) {
  return sample.loading;
}

function whole(sample) {
  return sample.whole;
}

/** In ms: `loading` is the import or require alone, `whole` the process from its start to its end. */
function load(way, file) {
  const args = [children[way], way === 'import' ? pathToFileURL(file).href : file];
  const start = performance.now();
  const child = spawnSync(process.execPath, args, { env: { ...process.env, ...plainEnvironment }, encoding: 'utf8' });
  const duration = performance.now() - start;
  if (child.status === 0) return { loading: Number(child.stdout), whole: duration };
  throw new Error(`${file} could not be loaded by ${way}:\n${child.stderr}`, { cause: child.error });
}

function folderOf(manifest) {
  return path.dirname(fileURLToPath(manifest));
}
