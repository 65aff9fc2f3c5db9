import assert from 'node:assert/strict';
import { arrived, bearerOf } from '../arrived.ts';
import type { Addresses, MountChanges } from './mount-of.ts';
import { apiKey, type ProxySuite } from './proxy-scenario.ts';

const ledger = ({ api }: Addresses): MountChanges => ({ path: '/ledger', client: 'ledger', target: `${api}/users` });

/** Where an application may have its upstreams. */
export function proxiedMounts({ test }: ProxySuite): void {
  test(
    'attaches at the address that the proxy has made of the caller’s, with its query',
    async ({ api, call }) => {
      assert.equal((await call('/billing/old?page=2&next=/..')).status, 200);
      assert.equal(arrived(api, 0).path, '/v2/new?page=2&next=/..');
    },
    { mounts: () => [{ rewrite: (path) => path.replace('/old', '/new') }] },
  );

  test(
    'serves the whole application’s one upstream',
    async ({ api, call }) => {
      assert.equal((await call('/invoices/7')).status, 200);
      assert.equal(arrived(api, 0).path, '/v2/invoices/7');
    },
    { mounts: () => [{ path: '/' }] },
  );

  test(
    'serves an upstream below a router of the framework',
    async ({ api, call }) => {
      assert.equal((await call('/billing/invoices/7', { body: 'an invoice' })).status, 200);
      assert.deepEqual([arrived(api, 0).path, arrived(api, 0).body], ['/v2/invoices/7', 'an invoice']);
    },
    { mounts: () => [{ by: 'router' }] },
  );

  test(
    'gives each of two upstreams what is its own',
    async ({ api, server, call }) => {
      const headers = { authorization: 'Bearer ada' };
      for (const path of ['/billing/invoices', '/ledger/entries']) {
        assert.equal((await call(path, { headers })).status, 200);
      }
      const [billing, entries] = [arrived(api, 0), arrived(api, 1)];
      assert.deepEqual([billing.path, entries.path], ['/v2/invoices', '/users/entries']);
      assert.equal(bearerOf(billing), server.issuedTokens[0]?.accessToken);
      assert.deepEqual([bearerOf(entries), entries.headers['x-api-key']], ['for-ada', undefined]);
      assert.equal(billing.headers['x-api-key'], apiKey);
    },
    { mounts: (addresses) => [{}, ledger(addresses)] },
  );

  test(
    'prepares a request for a second upstream as it came, though the first has taken its credentials off',
    async ({ api, call }) => {
      assert.equal(
        (await call('/ledger/entries', { headers: { authorization: 'Bearer ada' }, body: 'x' })).status,
        200,
      );
      assert.deepEqual([arrived(api, 0).path, bearerOf(arrived(api, 0))], ['/users/entries', 'for-ada']);
      assert.equal(arrived(api, 0).headers['x-api-key'], undefined);
    },
    { mounts: (addresses) => [{ path: '/', lacks: 'proxy' }, ledger(addresses)] },
  );
}
