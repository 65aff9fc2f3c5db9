import { PlainError } from '../../playground/plain-error.mjs';
import { table } from '../../playground/table.mjs';
import { filesTable, grouped, watchedTable } from './loaded-tables.mjs';
import { bytesOf, loadedIn } from './loaded.mjs';
import { scenarios } from './scenarios.mjs';
import { sizeOf } from './size.mjs';
import { timeLoading, timingComparison, timingTable } from './timing.mjs';

const ways = ['import', 'require'];
const names = Object.keys(scenarios);

/** Prints what importing core costs. Gives 1 where a scenario fails with this checkout's core, else 0. */
export async function runImport({ cores, rounds }) {
  // A core that isn't built is told before anything is measured.
  for (const way of ways) for (const core of cores) core.entry(way);
  await printTiming(cores, rounds);
  const loaded = await loadEverything(cores);
  printLoaded(cores, loaded);
  await printSizes(cores, loaded);
  return loaded.get(cores.at(-1)).some(({ error }) => error) ? 1 : 0;
}

async function printTiming(cores, rounds) {
  const comparisons = [];
  for (const way of ways) {
    console.log(`\nmeasuring by ${way}, each in ${rounds} fresh processes by turns…\n`);
    const results = await timeLoading(way, cores, rounds);
    console.log(timingTable(way, results));
    if (results.before) comparisons.push(timingComparison(way, results));
  }
  console.log('\nMedians; in brackets the quartiles of the ratios of each round.');
  for (const line of comparisons) console.log(line);
}

/** By core, a list of { way, name, files, builtins, error }. */
async function loadEverything(cores) {
  const { startAuthorizationServer } = await import('@outbound-auth/testing');
  const { issuer, tokenEndpoint, close } = await startAuthorizationServer();
  const loaded = new Map();
  for (const core of cores) {
    const results = [];
    for (const way of ways) {
      for (const name of names) {
        const result = await loadedIn(name, { way, entry: core.entry(way), server: { issuer, tokenEndpoint } });
        results.push({ way, name, ...result });
      }
    }
    loaded.set(core, results);
  }
  await close();
  return loaded;
}

function printLoaded(cores, loaded) {
  const find = (core, way, name) => loaded.get(core).find((result) => result.way === way && result.name === name);
  for (const core of cores) {
    const plain = find(core, 'import', 'on import');
    console.log(`\n${filesTable(core, plain)}\nand of Node: ${plain.builtins.toSorted().join(', ')}`);
  }
  for (const way of ways) {
    console.log(`\n${watchedTable(way, cores, names, (core, name) => find(core, way, name))}`);
  }
  console.log(
    '\n—: not loaded, and this core has nothing of it. By require, packages are found inside the bundle too.',
  );
  for (const core of cores) {
    for (const { way, name, error } of loaded.get(core)) {
      if (error) console.log(`\n${core.label} failed ${name} (by ${way}):\n${error}`);
    }
  }
}

async function printSizes(cores, loaded) {
  const sizes = [];
  for (const core of cores) {
    const { files } = loaded.get(core)[0];
    const size = await sizeOf(core).catch((error) => {
      if (!error.message.startsWith('npm install')) throw error;
      throw new PlainError(
        `The size was not measured. ${error.message}`,
        'Its dependencies come from the npm registry.',
      );
    });
    sizes.push({ ...size, loaded: bytesOf(files) });
  }
  const rows = {
    'tarball, bytes': 'tarball',
    'unpacked, bytes': 'unpacked',
    'installed with its dependencies, bytes': 'installed',
    'packages installed, itself too': 'packages',
    'runtime dependencies of its own': 'dependencies',
    'loaded on import (ESM), bytes': 'loaded',
  };
  console.log(`\n${table(Object.entries(rows).map(([row, key]) => sizeRow(row, key, cores, sizes)))}`);
}

function sizeRow(row, key, cores, sizes) {
  const values = sizes.map((size) => size[key]);
  const cells = cores.map(({ label }, index) => [label, grouped(values[index])]);
  const ratio = cores.length > 1 ? { 'after ÷ before': (values[1] / values[0]).toFixed(2) } : {};
  return { size: row, ...Object.fromEntries(cells), ...ratio };
}
