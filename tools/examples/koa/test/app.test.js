import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fakeOutboundAuth } from '@outbound-auth/testing';
import { createApp } from '../src/app.js';

describe('the storefront', () => {
  const addresses = { warehouseUrl: 'https://warehouse.example', imagesUrl: 'https://images.example' };
  const options = { tenants: { shoes: 'of-shoes', hats: 'of-hats' }, respond: () => Response.json({ left: 3 }) };
  const auth = fakeOutboundAuth({ images: 'a-token' }, options);

  it('asks the warehouse as the shop', async () => {
    const server = createApp(auth, addresses).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = `http://127.0.0.1:${server.address().port}/stock/7`;
    for (const shop of ['shoes', 'hats']) {
      assert.deepEqual(await (await fetch(address, { headers: { 'x-shop': shop } })).json(), { left: 3 });
    }
    assert.deepEqual(
      auth.calls.map(({ headers }) => headers.authorization),
      ['Bearer of-shoes', 'Bearer of-hats'],
    );
    await new Promise((resolve) => server.close(resolve));
  });
});
