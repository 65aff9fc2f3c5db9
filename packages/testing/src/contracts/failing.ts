import assert from 'node:assert/strict';
import { failureOf } from './failure-of.ts';
import type { Suite } from './scenario.ts';

/** What the caller learns when no token can be had. */
export function failing({ test }: Suite): void {
  test('asks for the client by name where two have the same prefix', async ({ server, api, call }) => {
    const error = await failureOf(call({ url: `${api.origin}/shared/report` }));
    assert.equal(error.code, 'ambiguous_client');
    assert.match(error.message, /first/);
    assert.match(error.message, /second/);
    assert.deepEqual([server.requests.length, api.requests.length], [0, 0]);
  });

  test('fails before anything is sent when the client is refused', async ({ api, call }) => {
    const error = await failureOf(call({ url: `${api.origin}/refused/report` }));
    assert.equal(error.code, 'token_request_refused');
    assert.equal(error.client, 'refused');
    assert.deepEqual([error.server?.status, error.server?.error], [401, 'invalid_client']);
    assert.equal(api.requests.length, 0);
  });

  test('E23 refuses user info in the address, and says so', async ({ server, api, call }) => {
    const error = await failureOf(call({ url: `${api.origin.replace('//', '//ada:of-ada@')}/v2/invoices` }));
    assert.equal(error.code, 'invalid_call');
    assert.match(error.message, /user info/);
    assert.ok(!error.message.includes('of-ada'));
    assert.equal(api.requests.length, 0);
    assert.equal(server.requests.length, 0);
  });
}
