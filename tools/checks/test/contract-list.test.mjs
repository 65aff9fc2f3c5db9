import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractRuns, demanded, missingRuns } from '../contract-list.mjs';
import { testReport } from '../test-report.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'outbound-auth-contracts-'));
});

afterEach(() => rmSync(root, { recursive: true }));

/** A project whose report tells of tests, each by its status and the titles around it. */
function reporting(...tests) {
  const project = { name: 'probe', data: { root } };
  const assertionResults = tests.map(([status, ...ancestorTitles]) => ({ status, ancestorTitles }));
  mkdirSync(path.dirname(testReport(project)));
  writeFileSync(testReport(project), JSON.stringify({ testResults: [{ assertionResults }] }));
  return project;
}

describe('the list of contracts', () => {
  it('counts the tests of each suite, wherever it stands', () => {
    const project = reporting(
      ['passed', 'the served contract, kept by Koa 3.3.0', 'mounting'],
      ['failed', 'the served contract, kept by Koa 3.3.0'],
      ['pending', 'the served contract, kept by Koa 3.3.0'],
      ['passed', 'around it', 'the adapter contract, kept by Axios 1.21.1 over http'],
      ['passed', 'another suite'],
    );
    expect(contractRuns([project])).toEqual([
      { contract: 'adapter', keeper: 'Axios 1.21.1 over http', passed: 1, failed: 0, skipped: 0 },
      { contract: 'served', keeper: 'Koa 3.3.0', passed: 1, failed: 1, skipped: 1 },
    ]);
  });

  it('has nothing of a project without a report', () => {
    expect(contractRuns([{ name: 'probe', data: { root } }])).toEqual([]);
  });
});

describe('what is demanded', () => {
  const run = ({ contract, keeper }) => ({
    contract,
    keeper: keeper.replace(/(?<= )\d[\d.]*/g, '$&.99.9'),
    passed: 1,
    failed: 0,
    skipped: 0,
  });
  const complete = demanded.map(run);

  it('is every adapter over every version that it supports', () => {
    expect(demanded.map(({ contract, keeper }) => `${contract}: ${keeper}`)).toEqual(
      expect.arrayContaining([
        'adapter: Express 4',
        'adapter: Axios 1.6 over http',
        'adapter: Axios 1.7 over fetch',
        'adapter: HttpService, NestJS 11 on Fastify',
        'served: Koa 2',
        'served: NestJS 12 on Express',
        'proxy: Express 5 with http-proxy-middleware 3',
        'proxy: Koa 2 with koa-proxies 0',
      ]),
    );
    expect(missingRuns(complete)).toEqual([]);
  });

  it.each(demanded)('is missed where $keeper keeps no $contract contract', (one) => {
    const others = complete.filter(({ contract, keeper }) => contract !== one.contract || keeper !== run(one).keeper);
    expect(missingRuns(others)).toEqual([one]);
  });

  it('is missed where no test of it passed', () => {
    const [first, ...others] = complete;
    expect(missingRuns([{ ...first, passed: 0, failed: 1 }, ...others])).toEqual([demanded[0]]);
  });

  it.each(['Express 40.1.0', 'Express 5.4.0', 'An older Express 4.0.0'])(
    'is not kept by %s in place of Express 4',
    (keeper) => {
      const others = complete.filter((given) => given.contract !== 'served' || !given.keeper.startsWith('Express 4'));
      expect(missingRuns([...others, { contract: 'served', keeper, passed: 1, failed: 0, skipped: 0 }])).toEqual([
        { contract: 'served', keeper: 'Express 4' },
      ]);
    },
  );

  it('is missed where a test of it was skipped, as beside an only', () => {
    const [first, ...others] = complete;
    expect(missingRuns([{ ...first, skipped: 1 }, ...others])).toEqual([demanded[0]]);
  });
});
