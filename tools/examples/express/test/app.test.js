import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { fakeOutboundAuth } from '@outbound-auth/testing';
import { createApp } from '../src/app.js';

test('asks billing for open invoices alone', async (context) => {
  const addresses = { billingUrl: 'https://billing.example', ledgerUrl: 'https://ledger.example' };
  const clients = {
    billing: { token: 'a-token', attachTo: [addresses.billingUrl] },
    ledger: { token: 'another', attachTo: [addresses.ledgerUrl], onBehalfOf: true },
  };
  const auth = fakeOutboundAuth(clients, { respond: () => Response.json(['7']) });
  const server = createApp(auth, addresses).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');

  const response = await fetch(`http://127.0.0.1:${server.address().port}/invoices/open`);

  assert.deepEqual(await response.json(), ['7']);
  assert.deepEqual(
    auth.calls.map(({ client, url }) => [client, url]),
    [['billing', 'https://billing.example/invoices?state=open']],
  );
});
