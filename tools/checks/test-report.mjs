import { existsSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../build/read.mjs';

const ofPackages = ['format', 'lint', 'typecheck', 'test', 'build', 'package', 'api', 'readme'];

/** What `npm test` runs, in the order in which it is reported. */
export const targets = [...ofPackages, 'knip'];

/** Where Vitest leaves its JSON report for a project (see vitest.config.mjs); Nx restores it with a cached result. */
export function testReport({ data: { root } }) {
  return path.join(root === '.' ? 'tools' : root, 'coverage/tests.json');
}

/** What came of each target that a project has, or lacks and must have; `tasks` are those that Nx ran. */
export function resultsOf(project, tasks) {
  const { root, tags = [], targets: own } = project.data;
  const isPackage = tags.includes('type:package') || root.startsWith('packages/');
  return targets
    .filter((target) => target in own || (isPackage && ofPackages.includes(target)))
    .map((target) => {
      const task = tasks.find(({ taskId }) => taskId === `${project.name}:${target}`);
      const ok = task?.status === 0;
      const counted = target === 'test' ? countTests(project, ok) : { passed: Number(ok), failed: Number(!ok) };
      return { project, target, isMissing: !(target in own), wasRun: task !== undefined, ...counted };
    });
}

// A run that failed without a failed test counts as one failure, and so does one that passed without a passed test.
function countTests(project, ok) {
  const report = testReport(project);
  const { numPassedTests: passed, numFailedTests: failed } = existsSync(report)
    ? readJson(report)
    : { numPassedTests: 0, numFailedTests: 0 };
  return { passed, failed: ok && passed > 0 ? failed : Math.max(1, failed) };
}
