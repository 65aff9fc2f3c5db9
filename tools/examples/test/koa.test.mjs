import { expect } from 'vitest';
import { testExample } from './application.mjs';

testExample('koa', {
  ownTests: /pass [1-9]/,
  lastRequest: ['/stock/8', { 'x-shop': 'shoes' }],
  end: { code: 0, signal: null, output: expect.stringMatching(/closed\n$/) },
  calls: async (origin, { server }) => {
    const stockOf = (shop) => fetch(`${origin}/stock/7`, { headers: { 'x-shop': shop } });
    expect(await (await stockOf('shoes')).json()).toMatchObject({ path: '/warehouse/stock/7' });
    expect((await stockOf('hats')).status).toBe(200);
    expect(await (await fetch(`${origin}/images/7.png`)).json()).toMatchObject({ path: '/images/7.png' });
    const clients = server.issuedTokens.map(({ clientId }) => clientId);
    expect(clients).toEqual(['shop-shoes', 'shop-hats', 'storefront']);
    expect((await stockOf('1')).status).toBe(500);
  },
});
