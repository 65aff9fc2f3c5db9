import assert from 'node:assert/strict';
import { arrived, bearerOf } from '../arrived.ts';
import type { ProxySuite } from './proxy-scenario.ts';

/** What becomes of a token that the upstream refuses. */
export function proxiedRefusals({ test }: ProxySuite): void {
  for (const body of [undefined, 'an invoice']) {
    const what = body === undefined ? 'a request' : 'a request with a body';
    test(`E18 hands on the 401 of ${what} and sends it once; the next has a new token`, async (scene) => {
      const { server, api, call } = scene;
      const given = body === undefined ? {} : { body };
      await call('/billing/invoices', given);
      server.revokeAll();
      const refused = await call('/billing/invoices', given);
      assert.equal(refused.status, 401);
      assert.match(String(refused.headers['www-authenticate']), /invalid_token/);
      assert.match(refused.body, /invalid_token/);
      assert.equal(api.requests.length, 2);
      assert.equal((await call('/billing/invoices', given)).status, 200);
      assert.equal(api.requests.length, 3);
      assert.notEqual(bearerOf(arrived(api, 2)), bearerOf(arrived(api, 1)));
      assert.equal(server.requests.length, 2);
    });
  }

  test('E16 an upstream that always says 401 causes no storm of token requests', async ({ server, api, call }) => {
    api.respondWith(() => ({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }));
    for (let sent = 0; sent < 12; sent += 1) assert.equal((await call('/billing/invoices')).status, 401);
    assert.equal(api.requests.length, 12);
    assert.equal(server.requests.length, 2);
  });

  test('E17 E46 keeps the token after a 403, and a 401 that is not about it', async ({ server, api, call }) => {
    api.respondOnce({ status: 403, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } });
    api.respondOnce({ status: 401, headers: { 'www-authenticate': 'Basic realm="another"' } });
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) statuses.push((await call('/billing/invoices')).status);
    assert.deepEqual(statuses, [403, 401, 200]);
    assert.equal(new Set(api.requests.map(bearerOf)).size, 1);
    assert.equal(server.requests.length, 1);
  });
}
