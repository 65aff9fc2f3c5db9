import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Measurement } from '../measurement.mjs';
import { problemsOf, report } from '../report.mjs';
import { table } from '../table.mjs';

describe('the report', () => {
  it('is a table with names to the left and numbers to the right', () => {
    const rows = [
      { adapter: 'koa', calls: 500 },
      { adapter: 'express', calls: 7 },
    ];
    assert.deepEqual(table(rows).split('\n'), [
      'adapter   calls',
      '───────────────',
      'koa         500',
      'express       7',
    ]);
  });

  const measurement = Object.assign(new Measurement(), { firstError: new Error('no token') });
  const result = { name: 'koa', measurement, calls: 500, succeeded: 500, tokenRequests: 3, unauthorized: 0 };

  it('has a row for each app', () => {
    assert.match(report([result]).split('\n')[2], /^koa +500 +500 +3 +0 +0 +/);
  });

  it('finds nothing wrong where all calls succeeded with three token requests', () => {
    assert.deepEqual(problemsOf(result), []);
  });

  it('names the app whose calls failed, and its first error', () => {
    const [problem] = problemsOf({ ...result, succeeded: 499 });
    assert.equal(problem, 'koa: 1 of 500 calls failed; the first error: no token');
  });

  it('names the app that asked for more or fewer tokens than are due', () => {
    assert.deepEqual(problemsOf({ ...result, tokenRequests: 4 }), ['koa: 4 token requests, where 3 are due']);
    assert.deepEqual(problemsOf({ ...result, tokenRequests: 2 }), ['koa: 2 token requests, where 3 are due']);
  });

  it('counts renewals by their events', () => {
    const measurement = new Measurement();
    for (const reason of ['absent', 'renewal', 'rejected', 'renewal']) {
      measurement.onEvent({ type: 'token.requested', reason });
      measurement.onEvent({ type: 'token.received', reason });
    }
    assert.equal(measurement.renewals, 2);
  });

  it('measures calls that fail too, and keeps the first error', async () => {
    const measurement = new Measurement();
    assert.equal(await measurement.measured(() => 'answer'), 'answer');
    for (const message of ['first', 'second']) {
      await assert.rejects(measurement.measured(() => Promise.reject(new Error(message))));
    }
    assert.equal(measurement.firstError.message, 'first');
    assert.ok(measurement.percentile(0.5) >= 0);
    assert.ok(measurement.percentile(0.99) >= measurement.percentile(0.5));
  });
});
