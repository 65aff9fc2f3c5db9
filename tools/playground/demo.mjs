import { setTimeout } from 'node:timers/promises';
import { startSystem } from './system.mjs';
import { table } from './table.mjs';

const rounds = 10;
const concurrent = 50;
const pause = 800;
const calls = rounds * concurrent;
/** One at the start, and the renewals of the rounds after 3.2 and 6.4 s. */
const tokenRequestsDue = 3;

/** Runs the rounds on each app, one app after the other, so that none disturbs another's times. Returns the exit code. */
export async function runDemo() {
  const system = await startSystem();
  console.log(`each of ${system.apps.length} apps serves ${rounds} rounds of ${concurrent} requests, 0.8 s apart…\n`);
  const results = [];
  for (const app of system.apps) results.push(await runApp(app, system));
  await system.close();
  console.log(table(results.map(row)));
  const problems = results.flatMap(problemsOf);
  for (const problem of problems) console.error(`✗ ${problem}`);
  if (problems.length > 0) return 1;
  console.log(
    '\nAll calls succeeded. Each app asked for 3 tokens of 5 s: one at the start and two renewals, for which no',
  );
  console.log('call waited. To look around: npm start -- --serve. To try your own system: npm start -- --help');
  return 0;
}

async function runApp({ name, origin, measurement }, { tokenRequests, unauthorized }) {
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
    succeeded: statuses.filter((status) => status === 200).length,
    tokenRequests: tokenRequests(name),
    unauthorized: unauthorized(name),
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

function row({ name, succeeded, tokenRequests, unauthorized, measurement }) {
  return {
    adapter: name,
    calls,
    succeeded,
    'token requests': tokenRequests,
    renewals: measurement.renewals,
    '401s': unauthorized,
    'p50 ms': measurement.percentile(0.5).toFixed(1),
    'p99 ms': measurement.percentile(0.99).toFixed(1),
  };
}

function problemsOf({ name, succeeded, tokenRequests, measurement }) {
  const problems = [];
  if (succeeded !== calls) {
    const reason = measurement.firstError ? `; the first error: ${measurement.firstError.message}` : '';
    problems.push(`${name}: ${calls - succeeded} of ${calls} calls failed${reason}`);
  }
  if (tokenRequests !== tokenRequestsDue) {
    problems.push(`${name}: ${tokenRequests} token requests, where ${tokenRequestsDue} are due`);
  }
  return problems;
}
