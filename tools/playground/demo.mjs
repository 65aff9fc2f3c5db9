import { setTimeout } from 'node:timers/promises';
import { problemsOf, report, summary } from './report.mjs';
import { startSystem } from './system.mjs';
import { startVendors } from './vendors.mjs';

const load = { rounds: 10, concurrent: 50 };
/** Milliseconds from one round to the next. */
const pause = 800;

/**
 * Runs the rounds on each adapter's app, one after the other, so that none disturbs another's times, and then on those of
 * the vendors together. Returns the exit code.
 */
export async function runDemo() {
  const system = await startSystem();
  const vendors = await startVendors();
  const apps = [...system.apps, ...vendors];
  const { rounds, concurrent } = load;
  console.log(
    `each of ${apps.length} apps serves ${rounds} rounds of ${concurrent} requests, 0.8 s apart, the last ${vendors.length} together…\n`,
  );
  const runs = [];
  for (const app of system.apps) runs.push(await runApp(app, load));
  runs.push(...(await Promise.all(vendors.map((app) => runApp(app, load)))));
  // Closed before counting, for that waits for a renewal which may still be under way.
  await Promise.all([system, ...vendors].map((each) => each.close()));
  const results = runs.map((run, index) => ({
    ...run,
    tokenRequests: apps[index].tokenRequests(),
    unauthorized: apps[index].unauthorized(),
  }));
  console.log(report(results));
  const problems = results.flatMap(problemsOf);
  for (const problem of problems) console.error(`✗ ${problem}`);
  if (problems.length > 0) return 1;
  console.log(`
${summary(results)}
To look around: npm start -- --serve. To try your own system: npm start -- --help`);
  return 0;
}

/** Asks one app for its invoices, round by round. */
export async function runApp({ name, origin, measurement }, { rounds, concurrent }) {
  const start = performance.now();
  const answers = [];
  for (let round = 0; round < rounds; round += 1) {
    await setTimeout(Math.max(0, start + round * pause - performance.now()));
    for (let call = 0; call < concurrent; call += 1) answers.push(statusOf(`${origin}/invoices`));
  }
  const statuses = await Promise.all(answers);
  return {
    name,
    measurement,
    calls: statuses.length,
    succeeded: statuses.filter((status) => status === 200).length,
  };
}

async function statusOf(url) {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
