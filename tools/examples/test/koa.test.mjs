import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { application } from './application.mjs';
import { endWhileServing } from './draining.mjs';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let example;
let upstream;

beforeAll(async () => {
  example = await application('koa');
  ({ upstream } = example);
});

afterAll(() => upstream?.close());

it('passes its own tests, by node:test', async () => {
  expect(await example.test()).toMatch(/pass [1-9]/);
});

it('calls as each of its shops and proxies images, and ends after its last request', async () => {
  const app = await example.start();
  try {
    const stockOf = (shop) => fetch(`${app.origin}/stock/7`, { headers: { 'x-shop': shop } });
    expect(await (await stockOf('shoes')).json()).toMatchObject({ path: '/warehouse/stock/7' });
    expect((await stockOf('hats')).status).toBe(200);
    expect(await (await fetch(`${app.origin}/images/7.png`)).json()).toMatchObject({ path: '/images/7.png' });
    expect(upstream.server.issuedTokens.map(({ clientId }) => clientId)).toEqual([
      'shop-shoes',
      'shop-hats',
      'storefront',
    ]);
    expect((await stockOf('1')).status).toBe(500);
    const ended = await endWhileServing(app, upstream, '/stock/8', { 'x-shop': 'shoes' });
    expect(ended).toMatchObject({ code: 0, signal: null, output: expect.stringMatching(/closed\n$/) });
  } finally {
    await app.stop('SIGKILL');
  }
});
