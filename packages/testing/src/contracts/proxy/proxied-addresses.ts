import assert from 'node:assert/strict';
import { isOutboundAuthError } from '@outbound-auth/core';
import { assertBare } from '../arrived.ts';
import { callProxy, type ProxiedCall } from './proxied-call.ts';
import { exposedSecrets } from '../../exposed-secrets.ts';
import { apiKey, type ProxyChanges, type ProxyScenario, type ProxySuite } from './proxy-scenario.ts';

// Each begins like the covered address `/v2`, or leads back out of it.
const outside = [
  '/billing/../admin',
  '/billing/%2e%2e/admin',
  '/billing/..%2fadmin',
  '/billing/..;/admin',
  '/billing/.%5c../admin',
];

const forgotten: readonly (readonly [what: string, changes: ProxyChanges, says: RegExp])[] = [
  [
    'a proxy without upstreamAuth before it',
    { mounts: () => [{ lacks: 'upstreamAuth' }] },
    /mount it before the proxy/,
  ],
  ['a proxy without its listeners', { mounts: () => [{ lacks: 'on' }] }, /give the proxy/],
  [
    'a proxy that leads elsewhere',
    { mounts: ({ elsewhere }) => [{ router: `${elsewhere}/v2` }] },
    /is outside attachTo/,
  ],
  [
    'a proxy with another target than it was told',
    { mounts: ({ elsewhere }) => [{ proxy: { target: `${elsewhere}/v2` } }] },
    /is outside attachTo/,
  ],
  [
    'a proxy that changes the path to one outside',
    { mounts: () => [{ rewrite: () => '/../v2x' }] },
    /v2x, to which the proxy leads: it is outside attachTo/,
  ],
  ['E22 a proxy that follows redirects', { mounts: () => [{ proxy: { followRedirects: true } }] }, /followRedirects/],
  [
    'a proxy that names the caller’s host to the upstream',
    { mounts: () => [{ proxy: { changeOrigin: false } }] },
    /changeOrigin: true/,
  ],
];

/** Which addresses see the token. */
export function proxiedAddresses({ harness, test }: ProxySuite): void {
  for (const path of outside) {
    test(`E21 E52 sends nothing to ${path}`, async (scene) => {
      await refuses(scene, path);
    });
  }

  for (const [what, changes, says] of forgotten) {
    test(
      `E21 E25 ${what}: nothing is sent, and the proxy's error says why`,
      async (scene) => {
        for (const body of [undefined, 'an invoice']) {
          assert.match(String(await refuses(scene, '/billing/invoices', body === undefined ? {} : { body })), says);
        }
      },
      changes,
    );
  }

  test('E21 a request target with an address of its own leads nowhere else', async ({ api, elsewhere, origin }) => {
    for (const target of [`${elsewhere.origin}/billing/x`, '//evil.example/billing/x', '/billing//evil.example/x']) {
      await callProxy(origin, target, { headers: { host: new URL(elsewhere.origin).host } });
    }
    assert.equal(elsewhere.requests.length, 0);
    for (const { path, headers } of api.requests) {
      assert.match(path, /^\/v2\//);
      assert.equal(headers['host'], new URL(api.origin).host);
    }
  });

  test('sends no TRACE, whose answer would hold the token', async (scene) => {
    assert.match(String(await refuses(scene, '/billing/invoices', { method: 'TRACE' })), /TRACE/);
  });

  test('E22 hands a redirect on to the caller, who follows it without the token', async ({ api, elsewhere, call }) => {
    api.respondOnce({ status: 307, headers: { location: `${elsewhere.origin}/v2/there` } });
    const { status, headers } = await call('/billing/here');
    assert.deepEqual([status, headers.location], [307, `${elsewhere.origin}/v2/there`]);
    assert.deepEqual([api.requests.length, elsewhere.requests.length], [1, 0]);
  });

  test('E21 refuses a target outside attachTo, or a client that there is not, at the start', async ({ api, auth }) => {
    const start = (target: string, client = 'billing'): Promise<unknown> =>
      (async () =>
        harness.start({
          auth,
          mounts: [
            { path: '/', client, upstream: { target }, proxy: { target, changeOrigin: true }, rewrite: (path) => path },
          ],
          failed: () => undefined,
          log: () => undefined,
          proxyFailed: () => undefined,
        }))();
    await assert.rejects(start(`${api.origin}/v2x`), /is outside the attachTo of client 'billing'/);
    await assert.rejects(start(`${api.origin}/v2`.replace('//', '//user:word@')), /must not hold user info/);
    await assert.rejects(start(`${api.origin}/v2`, 'biling'), /billing/);
  });
}

/** The proxy's own error handling is told, and answers; nothing arrives anywhere. */
async function refuses(
  { server, call, api, elsewhere, proxyFailures }: ProxyScenario,
  path: string,
  given: ProxiedCall = {},
): Promise<readonly Error[]> {
  const before = proxyFailures.length;
  const answer = await call(path, { headers: { authorization: 'Bearer of-the-caller' }, ...given });
  assert.deepEqual([answer.status, answer.headers['x-answered-by']], [502, 'the proxy']);
  for (const request of api.requests) assertBare(request);
  assert.deepEqual([api.requests.length, elsewhere.requests.length], [0, 0]);
  const failures = proxyFailures.slice(before);
  assert.equal(failures.length, 1);
  assert.ok(failures.every(isOutboundAuthError), String(failures));
  const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
  assert.deepEqual(exposedSecrets([failures, answer.body], ['of-the-caller', apiKey, ...tokens]), []);
  return failures;
}
