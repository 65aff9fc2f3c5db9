import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resultsOf, testReport } from '../test-report.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'outbound-auth-report-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function projectWith(targets, tags = []) {
  return { name: 'probe', data: { root, tags, targets: Object.fromEntries(targets.map((name) => [name, {}])) } };
}

/** What is counted for the target `test`, given the exit code of the run and what Vitest reported. */
function counted({ status, numPassedTests, numFailedTests = 0 }) {
  const project = projectWith(['test']);
  if (numPassedTests !== undefined) {
    const file = testReport(project);
    mkdirSync(path.dirname(file));
    writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests }));
  }
  const tasks = status === undefined ? [] : [{ taskId: 'probe:test', status }];
  const [{ passed, failed }] = resultsOf(project, tasks);
  return { passed, failed };
}

it.each([
  ['takes the counts of a report', { status: 0, numPassedTests: 12 }, 12, 0],
  ['takes the failures of a report', { status: 1, numPassedTests: 12, numFailedTests: 3 }, 12, 3],
  ['counts a failed run without a failed test as one failure', { status: 1, numPassedTests: 12 }, 12, 1],
  ['counts a green run of no tests as one failure', { status: 0, numPassedTests: 0 }, 0, 1],
  ['counts a green run without a report as one failure', { status: 0 }, 0, 1],
  ['counts tests that were not run as one failure', {}, 0, 1],
])('%s', (_, run, passed, failed) => {
  expect(counted(run)).toEqual({ passed, failed });
});

it('counts each target that a package lacks as one failure', () => {
  const project = projectWith(['format', 'lint', 'typecheck', 'build', 'package', 'readme'], ['type:package']);
  const tasks = Object.keys(project.data.targets).map((target) => ({ taskId: `probe:${target}`, status: 0 }));
  const failures = resultsOf(project, tasks).filter(({ failed }) => failed > 0);
  expect(failures).toMatchObject([
    { target: 'test', isMissing: true, passed: 0, failed: 1 },
    { target: 'api', isMissing: true, passed: 0, failed: 1 },
  ]);
});

it('lets a tool have the targets that it needs', () => {
  const tasks = [{ taskId: 'probe:lint', status: 0 }];
  expect(resultsOf(projectWith(['lint'], ['type:tool']), tasks)).toMatchObject([{ target: 'lint', failed: 0 }]);
});
