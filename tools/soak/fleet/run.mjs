import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { table } from '../../playground/table.mjs';
import { drawFigure } from './figure.mjs';
import { short as shortFleets, simulated, variants, whole } from './fleets.mjs';
import { missed } from './numbers.mjs';
import { summary } from './summary.mjs';

const figureFile = fileURLToPath(new URL('../../../packages/redis/fleet.svg', import.meta.url));

/** Simulates both fleets in all variants; with `write` it draws them, too. */
export async function runFleet({ short = false, write = false }) {
  const { hours, fleets } = short ? shortFleets : whole;
  const lines = [`${hours} simulated hours of tokens that live 1 hour; all processes start within the first minute.`];
  const results = [];
  for (const fleet of fleets) {
    const found = [];
    for (const variant of variants) found.push(summary(variant, await simulated(fleet, variant, hours), hours));
    results.push({ fleet, found });
    lines.push('', titleOf(fleet), '', table(found.map(({ row }) => row)));
  }
  const misses = results.flatMap((result) => missed(result, hours));
  lines.push('', notes, ...misses.map((miss) => `MISSED: ${miss}`));
  if (write) {
    writeFileSync(figureFile, drawFigure(figureOf(results, hours)));
    lines.push(`written: ${figureFile}`);
  }
  return { lines, met: misses.length === 0 };
}

function figureOf(results, hours) {
  const panel = (title, found) => ({ title, curves: found.map(({ requests }) => requests.peaks(hours * 9)) });
  return {
    title: 'Token requests of two simulated fleets, with and without jitter, with and without a shared store',
    labels: ['without jitter', 'with jitter (default)'],
    rows: results.map(({ fleet, found }) => ({
      title: titleOf(fleet),
      panels: [
        panel(
          'without a store',
          found.filter(({ variant }) => !variant.hasStore),
        ),
        panel(
          'with a shared store',
          found.filter(({ variant }) => variant.hasStore),
        ),
      ],
    })),
    hours,
  };
}

function titleOf({ processes, tenants, calls }) {
  const what = tenants === 1 ? 'one client' : `${tenants.toLocaleString('en')} tenants`;
  return `${processes.toLocaleString('en')} processes with ${what}, ${calls}`;
}

const notes = [
  'start, 1st wave, last hour: token requests in the busiest second of the first 5 minutes, of the first renewals (45 to',
  '75 minutes), of the last hour. mean: a second, over all hours. store reads: in the busiest second.',
  'waited: how often a process had no call in the last minutes of its token, so that the next one had to wait.',
].join('\n');
