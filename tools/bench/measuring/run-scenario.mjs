import { byTurns } from '../by-turns.mjs';
import { allContenders } from '../contenders.mjs';
import { scenarios } from '../scenarios.mjs';
import { startServers } from '../servers/servers.mjs';
import { measure } from './measure.mjs';
import { caseTable } from './case-table.mjs';

/** Measures one scenario and prints a table for each of its cases. Gives 1 where a measurement failed, else 0. */
export async function runScenario(name, options) {
  const { scenario } = await scenarios[name].load();
  const cases = scenario.cases.filter((part) => isWanted(part, options));
  const contenders = withEachCore(await allContenders(), options.cores);
  console.log(`\n${scenarios[name].says}\n${scenario.explains}`);
  const servers = await startServers();
  try {
    const rows = cases.flatMap((part) => rowsOf(part, contenders));
    const take = async ({ part, contender }) => {
      const realm = await servers.realm(part.realm);
      const place = { ...realm, core: contender.core, quick: options.quick };
      return measure({ scenario: name, part: part.name, contender: contender.file, place });
    };
    await takeAll(rows, scenario, options, take);
    for (const part of cases) console.log(`\n${caseTable({ part, rows, metrics: part.metrics ?? scenario.metrics })}`);
    return rows.some(({ results }) => results?.some(({ error }) => error)) ? 1 : 0;
  } finally {
    servers.stop();
  }
}

/** Fills in the rows' results: case by case where contenders run together, else all of a scenario by turns. */
async function takeAll(rows, scenario, options, take) {
  const open = rows.filter(({ reason }) => reason === undefined);
  for (const group of groupsOf(open, ({ part }) =>
    scenario.together && !options.quick ? part.name : (part.rounds ?? 0),
  )) {
    const rounds = roundsFor(group[0].part, scenario, options);
    const results = scenario.together
      ? await together(group, rounds, take)
      : await byTurns(group, rounds, take, { warmUp: !options.quick && rounds > 2 });
    for (const [index, row] of group.entries()) row.results = results[index];
  }
}

async function together(group, rounds, take) {
  const results = group.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    const taken = await Promise.all(group.map(take));
    for (const [index, result] of taken.entries()) results[index].push(result);
  }
  return results;
}

function roundsFor(part, scenario, { rounds, quick }) {
  return rounds ?? Math.min(part.rounds ?? Infinity, quick ? scenario.rounds.quick : scenario.rounds.full);
}

/** A case that takes minutes is made on demand, and one that takes long is left out of a quick run. */
function isWanted({ large, slow }, options) {
  return (!large || options.large) && (!slow || !options.quick);
}

/** A row for each contender that has what the case needs, or a reason why it hasn't. */
function rowsOf(part, contenders) {
  return contenders.flatMap((contender) => {
    const reason = part.leavesOut?.[contender.name] ?? contender.without?.[part.needs];
    return contender[part.needs] === undefined && reason === undefined ? [] : [{ part, contender, reason }];
  });
}

/** Ours once for each core that is measured, named after it where there are two. */
function withEachCore(contenders, cores) {
  return contenders.flatMap((contender) => {
    if (!contender.isOurs) return [contender];
    return cores.map((core) => {
      const label = core.label === 'before' ? `${contender.name} (before)` : contender.name;
      return { ...contender, label, core: { label: core.label, entry: core.entry('import'), folder: core.folder } };
    });
  });
}

function groupsOf(list, keyOf) {
  const groups = new Map();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
