import assert from 'node:assert/strict';
import { bearerOf, untilArrived } from './arrived.ts';
import type { Suite } from './scenario.ts';

/** How many token requests a number of calls make. */
export function sharing({ test }: Suite): void {
  test('E11 makes one token request for 50 cold calls at the same time', async ({ server, api, call }) => {
    const answers = server.hold();
    const calls = Array.from({ length: 50 }, (_, index) => call({ url: `${api.origin}/v2/invoices/${index}` }));
    await untilArrived(server, 1, calls);
    answers.release();
    const results = await Promise.all(calls);
    assert.ok(results.every(({ status }) => status === 200));
    assert.equal(server.requests.length, 1);
    assert.equal(api.requests.length, 50);
  });

  test('uses a token again for the calls that follow', async ({ server, api, call }) => {
    for (const path of ['/v2/invoices', '/v2/orders', '/v2/invoices']) await call({ url: api.origin + path });
    assert.equal(server.requests.length, 1);
    assert.equal(new Set(api.requests.map(bearerOf)).size, 1);
  });
}
