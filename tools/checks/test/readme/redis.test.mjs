import { connect } from 'node:net';
import { createOutboundAuth } from '@outbound-auth/core';
import { startRedisServer } from '@outbound-auth/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readme } from './recipes.mjs';

const { run, server, api, unrun } = readme('packages/redis');
const billing = 'https://api.billing.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };
let redis;

beforeEach(async () => {
  redis = await startRedisServer();
});

afterEach(() => redis.stop());

it('@outbound-auth/redis', async () => {
  vi.stubEnv('REDIS_URL', redis.url);
  const { auth } = await run('@outbound-auth/redis');
  await callsOver(auth);
});

it('Options', async () => {
  const replace = { 'redis://cache.example:6379': redis.url };
  const { ofYourOwn, client } = await run('Options', { expose: ['client'], replace });
  await expect.poll(() => client.isReady, { timeout: 10_000 }).toBe(true);
  const { issuer } = server();
  const options = { issuer, clientId: 'orders', clientSecret: 'a secret', attachTo: [api(billing).origin] };
  await callsOver(createOutboundAuth({ clients: { billing: options }, store: ofYourOwn }));
  // Whoever makes one closes it.
  await client.close();
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

async function callsOver(auth) {
  expect(await (await auth.fetch(`${api(billing).origin}/v2/invoices`)).json()).toMatchObject(withToken);
  // On a slow machine the call may not have waited for it.
  await expect.poll(() => askedOf(redis), { timeout: 10_000 }).toContain('cmdstat_evalsha');
  await auth.close();
}

/** What a Redis server was asked so far. */
async function askedOf({ port }) {
  const socket = connect(port, '127.0.0.1', () => socket.end('INFO commandstats\r\n'));
  return (await socket.toArray()).join('');
}
