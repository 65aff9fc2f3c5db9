import assert from 'node:assert/strict';
import { exposedSecrets } from '../exposed-secrets.ts';
import { arrived } from './arrived.ts';
import { failureOf } from './failure-of.ts';
import { clientSecret, wrongSecret, type Suite } from './scenario.ts';

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

  test('E25 shows no secret and no token in the error of a refused client', async ({ server, api, call }) => {
    await call({ url: `${api.origin}/v2/invoices` });
    const error = await failureOf(call({ url: `${api.origin}/refused/report` }));
    const credentials = (arrived(server, 1).headers['authorization'] ?? '').replace(/^Basic /, '');
    assert.notEqual(credentials, '');
    const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
    assert.deepEqual(exposedSecrets(error, [clientSecret, wrongSecret, credentials, ...tokens]), []);
  });
}
