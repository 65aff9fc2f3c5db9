// What `npm test` runs: every check and test of every project. The last line is the sum of all of them.
import { createProjectGraphAsync } from '@nx/devkit';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJson } from '../build/read.mjs';
import { hasRedisServer, remedy } from '../setup/redis-server.mjs';
import { contractRuns, missingRuns } from './contract-list.mjs';
import { resultsOf, targets, testReport } from './test-report.mjs';

const runFile = '.nx/cache/run.json';
const nx = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));

if (!(await hasRedisServer())) {
  console.error(remedy);
  process.exit(1);
}

const projects = Object.values((await createProjectGraphAsync()).nodes);
// What an earlier run left behind must not be counted for this one.
for (const file of [runFile, ...projects.map(testReport)]) rmSync(file, { force: true });
spawnSync(process.execPath, [nx, 'run-many', '--nxBail=false', '--targets', targets.join(',')], {
  stdio: 'inherit',
  env: { ...process.env, NX_TUI: 'false' },
});

if (!existsSync(runFile)) throw new Error('Nx ended before it ran anything: see above.');
const { tasks } = readJson(runFile);
const runs = contractRuns(projects);
listContracts(runs);
summarize(
  projects.flatMap((project) => resultsOf(project, tasks)),
  missingRuns(runs),
);

function listContracts(runs) {
  const width = Math.max(...runs.map(({ keeper }) => keeper.length), 8);
  console.log(`\ncontract  ${'kept by'.padEnd(width)}  passed   failed`);
  for (const { contract, keeper, passed, failed } of runs) {
    console.log(`${contract.padEnd(9)} ${keeper.padEnd(width)} ${column(passed, 7)} ${column(failed, 8)}`);
  }
}

function summarize(results, missing) {
  const count = (list, key) => list.reduce((sum, result) => sum + result[key], 0);
  console.log('\ncheck       projects   passed   failed');
  for (const target of targets) {
    const ofTarget = results.filter((result) => result.target === target);
    const [passed, failed] = [count(ofTarget, 'passed'), count(ofTarget, 'failed')];
    console.log(`${target.padEnd(12)}${column(ofTarget.length, 8)} ${column(passed, 8)} ${column(failed, 8)}`);
  }
  for (const result of results.filter(({ failed }) => failed > 0)) {
    // Nx has a command `format` of its own: `nx run` is about targets alone.
    console.log(`failed: npx nx run ${result.project.name}:${result.target}${remark(result)}`);
  }
  for (const { contract, keeper } of missing) console.log(`failed: no ${contract} contract was kept by ${keeper}`);
  const [passed, failed] = [count(results, 'passed'), count(results, 'failed') + missing.length];
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`\n${passed} passed, ${failed} failed`);
}

function remark({ project, target, isMissing, wasRun, passed }) {
  if (isMissing) return ' (every package needs this target: see its package.json)';
  if (!wasRun) return ' (not run: something that it needs failed)';
  if (target === 'format') return ` (mend: npx prettier --write ${project.data.root})`;
  return target === 'test' && passed === 0 ? ' (no test passed)' : '';
}

function column(number, width) {
  return String(number).padStart(width);
}
