import assert from 'node:assert/strict';
import { arrived, assertBare, bearerOf } from './arrived.ts';
import { apiKey, type Suite } from './scenario.ts';

/** What is put on a call, and when nothing is. */
export function attaching({ test }: Suite): void {
  test('puts the token and the headers of the client on a call inside attachTo', async ({ server, api, call }) => {
    const result = await call({ url: `${api.origin}/v2/invoices?page=2` });
    assert.equal(result.status, 200);
    const request = arrived(api, 0);
    assert.equal(request.path, '/v2/invoices?page=2');
    assert.equal(bearerOf(request), server.issuedTokens[0]?.accessToken);
    assert.equal(request.headers['x-api-key'], apiKey);
  });

  test('hands on the method, headers and body of the call, and the answer', async ({ api, call }) => {
    api.respondOnce({ status: 201, headers: { 'x-answer': 'kept' }, body: 'made' });
    const headers = { 'content-type': 'text/plain', 'x-call': 'kept' };
    const result = await call({ url: `${api.origin}/v2/invoices`, method: 'PUT', headers, body: 'Grüße' });
    assert.deepEqual([result.status, result.headers['x-answer'], result.body], [201, 'kept', 'made']);
    const request = arrived(api, 0);
    assert.deepEqual([request.method, request.headers['x-call'], request.body], ['PUT', 'kept', 'Grüße']);
  });

  test('lets a call that no client covers go out untouched', async ({ server, elsewhere, call }) => {
    const result = await call({ url: `${elsewhere.origin}/v2/invoices`, headers: { 'x-call': 'kept' } });
    assert.deepEqual([result.status, result.body], [200, 'elsewhere']);
    assert.equal(arrived(elsewhere, 0).headers['x-call'], 'kept');
    assertBare(arrived(elsewhere, 0));
    assert.equal(server.requests.length, 0);
  });

  test('attaches nothing to a call that switches it off', async ({ server, api, call }) => {
    const result = await call({ url: `${api.origin}/v2/invoices`, token: false });
    assert.equal(result.status, 401);
    assertBare(arrived(api, 0));
    assert.equal(server.requests.length, 0);
  });

  test('takes the client that the call names', async ({ server, api, call }) => {
    await call({ url: `${api.origin}/shared/report`, client: 'second' });
    await call({ url: `${api.origin}/shared/report`, client: 'first' });
    const asked = api.requests.map((request) => server.issuedTokens.find((t) => t.accessToken === bearerOf(request)));
    assert.deepEqual(
      asked.map((token) => token?.clientId),
      ['other', 'reader'],
    );
  });

  test('takes the scope of the call, and keeps its token apart', async ({ server, api, call }) => {
    const url = `${api.origin}/v2/invoices`;
    for (const scope of ['invoices:write', undefined, 'invoices:write']) {
      await call(scope === undefined ? { url } : { url, scope });
    }
    assert.deepEqual(
      server.requests.map(({ parameters }) => parameters.get('scope')),
      ['invoices:write', null],
    );
    const [first, second, third] = api.requests.map(bearerOf);
    assert.equal(first, third);
    assert.notEqual(first, second);
  });

  test('E23 leaves an Authorization header of the caller alone', async ({ server, api, call }) => {
    api.respondWith(() => ({ status: 200 }));
    const url = `${api.origin}/v2/invoices`;
    await call({ url, headers: { Authorization: 'Bearer the-callers-own' } });
    await call({ url, headers: { AUTHORIZATION: 'Basic Y2FsbGVyOm93bg==' } });
    assert.deepEqual(
      api.requests.map(({ headers }) => headers['authorization']),
      ['Bearer the-callers-own', 'Basic Y2FsbGVyOm93bg=='],
    );
    assert.equal(server.requests.length, 0);
  });

  test('E23 takes an Authorization header without a credential for none', async ({ server, api, call }) => {
    for (const authorization of ['', 'Bearer ']) {
      await call({ url: `${api.origin}/v2/invoices`, headers: { authorization } });
    }
    const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
    assert.equal(tokens.length, 1);
    assert.deepEqual(api.requests.map(bearerOf), [...tokens, ...tokens]);
  });
}
