import { describe, expect, it } from 'vitest';
import { Measurement } from '../measurement.mjs';
import { problemsOf, report, summary } from '../report.mjs';
import { table } from '../table.mjs';

describe('the report', () => {
  it('is a table with names to the left and numbers to the right', () => {
    const rows = [
      { adapter: 'koa', calls: 500 },
      { adapter: 'express', calls: 7 },
    ];
    expect(table(rows).split('\n')).toEqual([
      'adapter   calls',
      '───────────────',
      'koa         500',
      'express       7',
    ]);
  });

  const measurement = Object.assign(new Measurement(), { firstError: new Error('no token'), renewals: 2 });
  const result = { name: 'koa', measurement, calls: 500, succeeded: 500, tokenRequests: 3, unauthorized: 0 };

  it('has a row for each app', () => {
    expect(report([result]).split('\n')[2]).toMatch(/^koa +500 +500 +3 +2 +0 +/);
  });

  it('finds nothing wrong where all calls succeeded with three token requests, two of them renewals', () => {
    expect(problemsOf(result)).toEqual([]);
  });

  it('names the app whose calls failed, and its first error', () => {
    const [problem] = problemsOf({ ...result, succeeded: 499 });
    expect(problem).toBe('koa: 1 of 500 calls failed; the first error: no token');
  });

  it('names the app that asked for more or fewer tokens than are due', () => {
    expect(problemsOf({ ...result, tokenRequests: 4 })).toEqual(['koa: 4 token requests, where 3 are due']);
    expect(problemsOf({ ...result, tokenRequests: 2 })).toEqual(['koa: 2 token requests, where 3 are due']);
  });

  it('names the app that asked for a new token only when the old one was gone', () => {
    const measurement = Object.assign(new Measurement(), { renewals: 1 });
    expect(problemsOf({ ...result, measurement })).toEqual(['koa: 1 renewals, where 2 are due']);
  });

  it('closes with what was counted', () => {
    const other = {
      ...result,
      calls: 20,
      tokenRequests: 7,
      measurement: Object.assign(new Measurement(), { renewals: 4 }),
    };
    expect(summary([result, other])).toBe(
      'All 520 calls succeeded, with 10 tokens of 5 s each: 4 to begin with, and 6 that renewed one near its end.',
    );
  });

  it('counts renewals by their events', () => {
    const measurement = new Measurement();
    for (const reason of ['absent', 'renewal', 'rejected', 'renewal']) {
      measurement.onEvent({ type: 'token.requested', reason });
      measurement.onEvent({ type: 'token.received', reason });
    }
    expect(measurement.renewals).toBe(2);
  });

  it('measures calls that fail too, and keeps the first error', async () => {
    const measurement = new Measurement();
    expect(await measurement.measured(() => 'answer')).toBe('answer');
    for (const message of ['first', 'second']) {
      await expect(measurement.measured(() => Promise.reject(new Error(message)))).rejects.toThrow(message);
    }
    expect(measurement.firstError.message).toBe('first');
    expect(measurement.percentile(0.5)).toBeGreaterThanOrEqual(0);
    expect(measurement.percentile(0.99)).toBeGreaterThanOrEqual(measurement.percentile(0.5));
  });
});
