// Which contract suite ran in which adapter and version, from the reports of the tests.
import { existsSync } from 'node:fs';
import { readJson } from '../build/read.mjs';
import { testReport } from './test-report.mjs';

const frameworks = ['Express 4', 'Express 5', 'Koa 2', 'Koa 3'];
const platforms = ['Express', 'Fastify'].flatMap((name) => [`NestJS 11 on ${name}`, `NestJS 12 on ${name}`]);
const served = [...frameworks, ...platforms];
const { devDependencies } = readJson(new URL('../../packages/axios/package.json', import.meta.url));
const clients = [
  'Axios 1.6 over http',
  ...['1.7', devDependencies.axios].flatMap((version) => [`Axios ${version} over http`, `Axios ${version} over fetch`]),
  ...platforms.map((name) => `HttpService, ${name}`),
];

/** What must have run, by contract; a version stands for all that begin with it. */
export const demanded = [
  ...[...served, ...clients].map((keeper) => ({ contract: 'adapter', keeper })),
  ...served.map((keeper) => ({ contract: 'served', keeper })),
  ...frameworks.map((keeper) => ({ contract: 'proxy', keeper })),
];

/** What ran, by the titles of its suites: `the adapter contract, kept by Express 5.3.0`. */
export function contractRuns(projects) {
  const runs = new Map();
  for (const { status, ancestorTitles } of projects.flatMap(testsOf)) {
    for (const title of ancestorTitles) {
      const [, contract, keeper] = /^the (\w+) contract, kept by (.+)$/.exec(title) ?? [];
      if (contract === undefined) continue;
      const run = runs.get(title) ?? { contract, keeper, passed: 0, failed: 0 };
      if (status === 'passed') run.passed += 1;
      if (status === 'failed') run.failed += 1;
      runs.set(title, run);
    }
  }
  const key = ({ contract, keeper }) => `${contract} ${keeper}`;
  return [...runs.values()].toSorted((one, other) => key(one).localeCompare(key(other), 'en', { numeric: true }));
}

/** What is demanded and did not run, or without a test that passed. */
export function missingRuns(runs) {
  return demanded.filter(({ contract, keeper }) => {
    const [framework, version, ...rest] = keeper.split(/ (\d[\d.]*)/);
    const escaped = [framework, version, rest.join('')].map((text) => text.replaceAll('.', '\\.'));
    const name = new RegExp(`^${escaped[0]} ${escaped[1]}(?:\\.\\d+)*${escaped[2]}(?: with .*)?$`);
    return !runs.some((run) => run.contract === contract && run.passed > 0 && name.test(run.keeper));
  });
}

function testsOf(project) {
  const report = testReport(project);
  if (!existsSync(report)) return [];
  return (readJson(report).testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
}
