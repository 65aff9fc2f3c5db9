import assert from 'node:assert/strict';
import { arrived, assertBare, bearerOf } from './arrived.ts';
import { apiKey, type Suite } from './scenario.ts';

// Each begins like the covered address `/v2`, or leads back out of it.
const outside = [
  { title: 'E21 a sibling path', path: '/v2x/invoices' },
  { title: 'E21 a path that climbs out', path: '/v2/../admin' },
  { title: 'E21 a path that climbs out, encoded', path: '/v2/%2e%2e/admin' },
  { title: 'E52 an encoded separator', path: '/v2/..%2fadmin' },
];

/** Which addresses see the token, at once and after redirects. */
export function addresses({ test }: Suite): void {
  for (const { title, path } of outside) {
    test(`${title} gets no token`, async ({ server, api, call }) => {
      api.respondWith(() => ({ status: 200 }));
      await call({ url: api.origin + path });
      assertBare(arrived(api, 0));
      assert.equal(server.requests.length, 0);
    });
  }

  test('E21 another port gets no token, also after a call that had one', async ({ api, elsewhere, call }) => {
    await call({ url: `${api.origin}/v2/invoices` });
    await call({ url: `${elsewhere.origin}/v2/invoices` });
    assertBare(arrived(elsewhere, 0));
  });

  test('E22 a redirect inside attachTo keeps the token and the headers of the client', async ({ api, call }) => {
    api.respondOnce({ status: 302, headers: { location: '/v2/new?page=2' } });
    const result = await call({ url: `${api.origin}/v2/old` });
    assert.equal(result.status, 200);
    const [old, current] = [arrived(api, 0), arrived(api, 1)];
    assert.equal(current.path, '/v2/new?page=2');
    assert.equal(bearerOf(current), bearerOf(old));
    assert.equal(current.headers['x-api-key'], apiKey);
  });

  test('E22 a redirect to another server carries neither', async ({ api, elsewhere, call }) => {
    api.respondOnce({ status: 307, headers: { location: `${elsewhere.origin}/v2/new` } });
    const result = await call({ url: `${api.origin}/v2/old`, headers: { 'x-call': 'kept' } });
    assert.deepEqual([result.status, result.body], [200, 'elsewhere']);
    assertBare(arrived(elsewhere, 0));
    assert.equal(arrived(elsewhere, 0).headers['x-call'], 'kept');
  });

  test('E22 a redirect out of attachTo on the same server carries neither', async ({ api, call }) => {
    api.respondOnce({ status: 302, headers: { location: '/v1/new' } });
    api.respondOnce({ status: 200, body: 'reached' });
    const result = await call({ url: `${api.origin}/v2/old` });
    assert.equal(result.body, 'reached');
    assert.equal(arrived(api, 1).path, '/v1/new');
    assertBare(arrived(api, 1));
  });

  test('E22 a redirect that comes back from outside carries neither', async ({ server, api, elsewhere, call }) => {
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/away` } });
    elsewhere.respondOnce({ status: 302, headers: { location: `${api.origin}/v2/back` } });
    const result = await call({ url: `${api.origin}/v2/old` });
    assert.equal(result.status, 401);
    assertBare(arrived(api, 1));
    assert.equal(server.requests.length, 1);
  });

  test('E22 a redirect to another name of the same server carries neither', async ({ api, call }) => {
    const named = api.origin.replace('127.0.0.1', 'localhost');
    api.respondOnce({ status: 302, headers: { location: `${named}/v2/new` } });
    assert.equal((await call({ url: `${api.origin}/v2/old` })).status, 401);
    assert.equal(arrived(api, 1).headers['host'], new URL(named).host);
    assertBare(arrived(api, 1));
  });

  test('E24 a call in the clear gets no token where https: is covered', async ({ server, api, call }) => {
    assert.equal((await call({ url: `${api.origin}/secure/invoices` })).status, 401);
    assertBare(arrived(api, 0));
    assert.equal(server.requests.length, 0);
  });

  test('E24 a redirect into the clear carries neither', async ({ server, api, call }) => {
    api.respondOnce({ status: 307, headers: { location: `${api.origin}/secure/new` } });
    assert.equal((await call({ url: `${api.origin}/v2/old` })).status, 401);
    assertBare(arrived(api, 1));
    assert.equal(server.requests.length, 1);
  });
}
