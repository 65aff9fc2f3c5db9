import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { readJson } from '../build/read.mjs';

/** Where Vitest leaves its JSON report for a project (see vitest.config.mjs); Nx restores it with a cached result. */
export function testReport({ data: { root } }) {
  return path.join(root === '.' ? 'tools' : root, 'coverage/tests.json');
}

/** How many tests of a project passed and failed. A run that failed without a failed test counts as one failure. */
export function countTests(project, task) {
  const report = testReport(project);
  const { passed, failed } = existsSync(report) ? vitestCount(report) : nodeTestCount(task);
  return { passed, failed: task?.status === 0 ? failed : Math.max(1, failed) };
}

function vitestCount(report) {
  const { numPassedTests, numFailedTests } = readJson(report);
  return { passed: numPassedTests, failed: numFailedTests };
}

// Node's own runner closes with "ℹ pass 12", or "# pass 12" as TAP; Nx keeps the output of each task by its hash.
function nodeTestCount(task) {
  const output = `.nx/cache/terminalOutputs/${task?.hash}`;
  const text = existsSync(output) ? stripVTControlCharacters(readFileSync(output, 'utf8')) : '';
  const count = (word) => Number(new RegExp(`^[#ℹ] ${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') };
}
