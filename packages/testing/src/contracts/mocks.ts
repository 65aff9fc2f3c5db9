import assert from 'node:assert/strict';
import type { Suite } from './scenario.ts';

/** What replaces the network in a user's tests, and copies of core that a process has two of. */
export function mocks({ harness, test }: Suite): void {
  test('E38 sends by the fetch that is there when a call is made', async ({ server, api, call }) => {
    const own = globalThis.fetch;
    const sent: string[] = [];
    globalThis.fetch = (input, init) => {
      sent.push(new URL(input instanceof Request ? input.url : input).href);
      return own(input, init);
    };
    try {
      assert.equal((await call({ url: `${api.origin}/v2/invoices` })).status, 200);
    } finally {
      globalThis.fetch = own;
    }
    assert.ok(sent.includes(server.tokenEndpoint), 'the token request');
    if (harness.byFetch ?? false) assert.ok(sent.includes(`${api.origin}/v2/invoices`), 'the call');
    await call({ url: `${api.origin}/v2/orders` });
    assert.ok(!sent.includes(`${api.origin}/v2/orders`), 'the call after it');
  });

  const { otherCore } = harness;
  if (otherCore === undefined) return;
  test(
    'E55 takes an auth of another copy of core, in a process that has two',
    async ({ server, api, call }) => {
      assert.equal((await call({ url: `${api.origin}/v2/invoices` })).status, 200);
      server.revokeAll();
      assert.equal((await call({ url: `${api.origin}/v2/invoices` })).status, 200);
      assert.equal(server.requests.length, 2);
    },
    otherCore,
  );
}
