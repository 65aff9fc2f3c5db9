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
  ...['Express 4', 'Express 5'].flatMap((name) => [
    { contract: 'proxy', keeper: `${name} with http-proxy-middleware 2` },
    { contract: 'proxy', keeper: `${name} with http-proxy-middleware 3` },
  ]),
  ...['Koa 2', 'Koa 3'].flatMap((name) => [
    { contract: 'proxy', keeper: `${name} with koa-proxies 0` },
    { contract: 'proxy', keeper: `${name} with http-proxy-middleware 3` },
  ]),
];

/** What ran, by the titles of its suites: `the adapter contract, kept by Express 5.3.0`. */
export function contractRuns(projects) {
  const runs = new Map();
  for (const { status, ancestorTitles } of projects.flatMap(testsOf)) {
    for (const title of ancestorTitles) {
      const [, contract, keeper] = /^the (\w+) contract, kept by (.+)$/.exec(title) ?? [];
      if (contract === undefined) continue;
      const run = runs.get(title) ?? { contract, keeper, passed: 0, failed: 0, skipped: 0 };
      run[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
      runs.set(title, run);
    }
  }
  const key = ({ contract, keeper }) => `${contract} ${keeper}`;
  return [...runs.values()].toSorted((one, other) => key(one).localeCompare(key(other), 'en', { numeric: true }));
}

/** What is demanded and did not run, or not whole. */
export function missingRuns(runs) {
  return demanded.filter(({ contract, keeper }) => {
    const parts = keeper.split(/(?<= )(\d[\d.]*)/);
    const version = (text) => `${text.replaceAll('.', '\\.')}(?:\\.\\d+)*`;
    const name = new RegExp(`^${parts.map((part) => (/^\d/.test(part) ? version(part) : part)).join('')}$`);
    return !runs.some((run) => run.contract === contract && isWhole(run) && name.test(run.keeper));
  });
}

function isWhole({ passed, skipped }) {
  return passed > 0 && skipped === 0;
}

function testsOf(project) {
  const report = testReport(project);
  if (!existsSync(report)) return [];
  return (readJson(report).testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
}
