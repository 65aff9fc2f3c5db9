import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { arrived, bearerOf, untilArrived } from './arrived.ts';
import type { Suite } from './scenario.ts';

const waiting = 64;

/** What happens when the API says 401 or 403. */
export function refusedTokens({ test }: Suite): void {
  test(`E14 ${waiting} calls answered 401 at the same time share one new token`, async ({ server, api, call }) => {
    const url = `${api.origin}/v2/invoices`;
    await call({ url });
    server.revokeAll();
    const answers = api.hold(waiting);
    const bodies = Array.from({ length: waiting }, (_, index) => `invoice ${index} for Zoë`);
    const headers = { 'content-type': 'text/plain' };
    const calls = bodies.map((body) => call({ url, method: 'POST', headers, body }));
    await untilArrived(api, 1 + waiting, calls);
    answers.release();
    const results = await Promise.all(calls);
    assert.ok(results.every(({ status }) => status === 200));
    assert.equal(server.requests.length, 2);
    const sent = api.requests.slice(1).map(({ body }) => body);
    assert.deepEqual(sent.slice(0, waiting).sort(), [...bodies].sort());
    assert.deepEqual(sent.slice(waiting).sort(), [...bodies].sort());
    assert.ok(api.requests.slice(1).every((request) => request.headers['content-type'] === 'text/plain'));
  });

  test('E16 hands on a second 401 and stops there', async ({ server, api, call }) => {
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
    api.respondWith(() => ({ status: 401, headers, body: 'never good enough' }));
    const result = await call({ url: `${api.origin}/v2/invoices` });
    assert.deepEqual([result.status, result.body], [401, 'never good enough']);
    assert.equal(result.headers['www-authenticate'], headers['www-authenticate']);
    assert.equal(api.requests.length, 2);
    assert.equal(server.requests.length, 2);
  });

  test('E17 hands on a 403 and keeps the token', async ({ server, api, call }) => {
    const url = `${api.origin}/v2/invoices`;
    api.respondOnce({ status: 403, body: 'not yours' });
    const result = await call({ url });
    assert.deepEqual([result.status, result.body], [403, 'not yours']);
    assert.equal((await call({ url })).status, 200);
    assert.equal(server.requests.length, 1);
    assert.equal(api.requests.length, 2);
  });

  test('E18 does not send a stream again: the 401 comes back, the next call has a new token', async (scenario) => {
    const { server, api, call } = scenario;
    const url = `${api.origin}/v2/invoices`;
    await call({ url });
    server.revokeAll();
    const result = await call({ url, method: 'POST', body: { stream: 'read only once' } });
    assert.equal(result.status, 401);
    assert.deepEqual(
      api.requests.map(({ body }) => body),
      ['', 'read only once'],
    );
    assert.equal((await call({ url })).status, 200);
    assert.notEqual(bearerOf(arrived(api, 2)), bearerOf(arrived(api, 1)));
    assert.equal(server.requests.length, 2);
  });

  test('E16 costs two token requests where the API says 401 to everything', async ({ server, api, call }) => {
    api.respondWith(() => ({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }));
    const url = `${api.origin}/v2/invoices`;
    for (let count = 0; count < 10; count += 1) assert.equal((await call({ url })).status, 401);
    assert.deepEqual([server.requests.length, api.requests.length], [2, 11]);
  });

  test('E19 leaves the connection free on which a 401 came that nobody reads', async ({ server, api, call }) => {
    // More than sockets hold by themselves.
    const answer = {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      body: 'x'.repeat(1e6),
    };
    api.respondWith((request) => (server.isActive(bearerOf(request) ?? '') ? undefined : answer));
    for (let count = 0; count < 6; count += 1) {
      await call({ url: `${api.origin}/v2/invoices` });
      server.revokeAll();
    }
    assert.equal(api.requests.length, 11);
    while (api.connections > 2) await setImmediate();
  });
}
