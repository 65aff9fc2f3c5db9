import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Measurement } from '../measurement.mjs';
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
