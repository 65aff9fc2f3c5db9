import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { application } from './application.mjs';
import { endWhileServing } from './draining.mjs';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let example;
let upstream;

beforeAll(async () => {
  example = await application('express');
  ({ upstream } = example);
});

afterAll(() => upstream?.close());

it('passes its own tests, by node:test', async () => {
  expect(await example.test()).toMatch(/pass [1-9]/);
});

it('serves routes of its own and proxies billing, and ends after its last request', async () => {
  const app = await example.start();
  const user = { authorization: 'Bearer the-token-of-Ada', cookie: 'session=of-Ada' };
  try {
    expect(await (await fetch(`${app.origin}/ready`)).json()).toMatchObject({ token: 'valid' });
    const proxied = await fetch(`${app.origin}/billing/invoices`, { method: 'PUT', body: 'paid', headers: user });
    expect(proxied.status).toBe(200);
    const [{ accessToken }] = upstream.server.issuedTokens;
    const [seen] = upstream.api.requests;
    expect(seen).toMatchObject({ method: 'PUT', path: '/billing/invoices', body: 'paid' });
    expect(seen.headers).toMatchObject({ authorization: `Bearer ${accessToken}` });
    expect(seen.headers).not.toHaveProperty('cookie');
    expect((await fetch(`${app.origin}/entries`, { headers: user })).status).toBe(200);
    expect((await fetch(`${app.origin}/entries`)).status).toBe(401);
    expect(await endWhileServing(app, upstream, '/invoices/open')).toMatchObject({ code: 0, signal: null });
  } finally {
    await app.stop('SIGKILL');
  }
});
