import { type ClientOptions, isOutboundAuthError } from '@outbound-auth/core';
import assert from 'node:assert/strict';
import { exposedSecrets } from '../../exposed-secrets.ts';
import { arrived, bearerOf } from '../arrived.ts';
import { apiKey, type ProxyScenario, type ProxySuite } from './proxy-scenario.ts';

const boundToken = 'a-token-that-is-bound';
const once: Partial<ClientOptions> = { attempts: 1, waitTimeout: 0.2 };

/** What keeps a token from being had, and what the framework answers then. */
const causes: readonly {
  readonly what: string;
  readonly code: string;
  readonly status: number;
  readonly retryAfter?: true;
  readonly path?: string;
  readonly billing?: Partial<ClientOptions>;
  readonly arrange?: (scene: ProxyScenario) => unknown;
}[] = [
  { what: 'no user to act for', code: 'subject_token_missing', status: 401, path: '/users/x' },
  {
    what: 'a client that the server refuses',
    code: 'token_request_refused',
    status: 502,
    arrange: ({ server }) => server.respondWith(() => ({ status: 401, body: { error: 'invalid_client' } })),
  },
  {
    what: 'a server in trouble',
    code: 'token_endpoint_failed',
    status: 503,
    retryAfter: true,
    billing: once,
    arrange: ({ server }) => server.respondWith(() => ({ status: 500 })),
  },
  {
    what: 'a server that never answers',
    code: 'token_request_timeout',
    status: 504,
    billing: once,
    arrange: ({ server, clock }) => {
      server.respondWith(() => ({ fault: 'hang' }));
      void server.waitForRequests(1).then(() => clock.advance(200));
    },
  },
  {
    what: 'a client that binds its tokens by DPoP',
    code: 'invalid_call',
    status: 500,
    billing: { dpop: true },
    arrange: ({ server }) =>
      server.respondWith(() => ({ body: { access_token: boundToken, token_type: 'DPoP', expires_in: 3600 } })),
  },
];

/** What goes wrong on the way. */
export function proxiedFailures({ harness, test }: ProxySuite): void {
  for (const { what, code, status, retryAfter, path = '/billing/invoices', billing, arrange } of causes) {
    test(
      `E37 E25 answers ${status} to ${what}, by the framework’s error handling, and sends nothing`,
      async (scene) => {
        const { server, api, call, failures, proxyFailures, logged } = scene;
        arrange?.(scene);
        const answer = await call(path, { method: 'POST', body: 'an invoice' });
        assert.equal(answer.status, status);
        assert.equal(answer.headers['retry-after'] !== undefined, retryAfter === true);
        const [error] = failures;
        assert.ok(failures.length === 1 && isOutboundAuthError(error));
        assert.equal(error.code, code);
        assert.deepEqual([api.requests.length, proxyFailures.length], [0, 0]);
        const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
        assert.deepEqual(exposedSecrets([failures, logged, answer.body, answer.headers], [boundToken, ...tokens]), []);
      },
      {
        ...(billing && { billing }),
        mounts: ({ api }) => [{}, { path: '/users', client: 'ledger', target: `${api}/users` }],
      },
    );
  }

  test('E25 shows no token to the proxy’s own logger, whether it is taken or refused', async (scene) => {
    const { server, call, logged, proxyFailures } = scene;
    for (const path of ['/billing/invoices', '/billing/../admin']) await call(path, { body: 'an invoice' });
    server.revokeAll();
    assert.equal((await call('/billing/invoices')).status, 401);
    if (harness.logs) assert.ok(logged.length > 0, 'the proxy logs nothing');
    const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
    assert.deepEqual(exposedSecrets([logged, proxyFailures], [apiKey, ...tokens]), []);
  });

  test('leaves an upstream that is down to the proxy’s own error handling', async (scene) => {
    const { api, call, failures, proxyFailures } = scene;
    await api.close();
    const answer = await call('/billing/invoices', { body: 'an invoice' });
    assert.deepEqual([answer.status, answer.headers['x-answered-by']], [502, 'the proxy']);
    assert.deepEqual([failures.length, proxyFailures.length], [0, 1]);
    assert.match(String(proxyFailures), /ECONNREFUSED/);
  });

  test('goes on when the upstream breaks off, with the token that it has', async ({ server, api, call }) => {
    api.respondOnce({ fault: 'reset' });
    assert.equal((await call('/billing/invoices')).status, 502);
    assert.equal((await call('/billing/invoices')).status, 200);
    assert.equal(bearerOf(arrived(api, 1)), bearerOf(arrived(api, 0)));
    assert.equal(server.requests.length, 1);
  });
}
