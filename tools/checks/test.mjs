// What `npm test` runs: every check and test of every project. The last line is the sum of all of them.
import { createProjectGraphAsync } from '@nx/devkit';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJson } from '../build/read.mjs';
import { countTests, testReport } from './test-report.mjs';

const targets = ['format', 'lint', 'typecheck', 'test', 'build', 'package', 'api', 'readme', 'knip'];
const runFile = '.nx/cache/run.json';
const nx = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));

const projects = Object.values((await createProjectGraphAsync()).nodes);
// What an earlier run left behind must not be counted for this one.
for (const file of [runFile, ...projects.map(testReport)]) rmSync(file, { force: true });
spawnSync(process.execPath, [nx, 'run-many', '--nxBail=false', '--targets', targets.join(',')], {
  stdio: 'inherit',
  env: { ...process.env, NX_TUI: 'false' },
});

if (!existsSync(runFile)) throw new Error('Nx ended before it ran anything: see above.');
const { tasks } = readJson(runFile);
const results = projects.flatMap((project) =>
  targets.filter((target) => target in project.data.targets).map((target) => resultOf(project, target)),
);
summarize(results);

function resultOf(project, target) {
  const task = tasks.find(({ taskId }) => taskId === `${project.name}:${target}`);
  const ok = task?.status === 0;
  const counted = target === 'test' ? countTests(project, task) : { passed: Number(ok), failed: Number(!ok) };
  return { project: project.name, target, ok, wasRun: task !== undefined, ...counted };
}

function summarize(results) {
  const count = (list, key) => list.reduce((sum, result) => sum + result[key], 0);
  console.log('\ncheck       projects   passed   failed');
  for (const target of targets) {
    const ofTarget = results.filter((result) => result.target === target);
    const [passed, failed] = [count(ofTarget, 'passed'), count(ofTarget, 'failed')];
    console.log(`${target.padEnd(12)}${column(ofTarget.length, 8)} ${column(passed, 8)} ${column(failed, 8)}`);
  }
  for (const { project, target, wasRun } of results.filter(({ ok }) => !ok)) {
    console.log(`failed: npx nx ${target} ${project}${wasRun ? '' : ' (not run: something that it needs failed)'}`);
  }
  const [passed, failed] = [count(results, 'passed'), count(results, 'failed')];
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`\n${passed} passed, ${failed} failed`);
}

function column(number, width) {
  return String(number).padStart(width);
}
