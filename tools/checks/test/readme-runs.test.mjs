// The first snippet of each README does what it says: it is run as it stands, its addresses led to servers on loopback.
import { createServer } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { startRedisServer, startUpstream } from '@outbound-auth/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { snippetsOf } from '../snippets.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
// Nobody lints, formats or commits what is there.
const folder = path.join(root, 'tools/coverage/readme');
const issuer = 'https://idp.example.com';
const api = 'https://api.billing.example';
const realFetch = globalThis.fetch;
let upstream;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } }),
  );
  upstream = await startUpstream();
  upstream.server.discovery.respondWith(() => ({ body: { issuer, token_endpoint: `${issuer}/token` } }));
  vi.stubEnv('BILLING_SECRET', 'the secret of the README');
  const places = [
    [`${issuer}/token`, upstream.server.tokenEndpoint],
    [issuer, upstream.server.issuer],
    [api, upstream.api.origin],
  ];
  vi.stubGlobal('fetch', (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const [from, to] = places.find(([start]) => address.startsWith(start)) ?? ['', ''];
    const led = address.replace(from, to);
    return realFetch(input instanceof Request ? new Request(led, input) : led, init);
  });
});

afterAll(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await upstream.close();
});

/** The exports of the first snippet of a README, after it has run. */
async function firstSnippet(project) {
  const [snippet] = snippetsOf(path.join(root, project));
  const file = path.join(folder, `${project.replaceAll('/', '-')}.ts`);
  writeFileSync(file, snippet.code);
  return import(file);
}

/** What an application on a free port answers at /invoices. */
async function invoicesOf(listener) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await (await realFetch(`http://127.0.0.1:${server.address().port}/invoices`)).json();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const withToken = { path: '/v2/invoices', headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('README.md', async () => {
  const { invoices } = await firstSnippet('.');
  expect(await (await invoices()).json()).toMatchObject(withToken);
});

it('packages/core/README.md', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await firstSnippet('packages/core');
  expect(log.mock.calls).toEqual([[200, expect.objectContaining({ path: '/v2/invoices' })]]);
  log.mockRestore();
});

it('packages/express/README.md', async () => {
  const { app } = await firstSnippet('packages/express');
  expect(await invoicesOf(app)).toMatchObject(withToken);
});

it('packages/koa/README.md', async () => {
  const { app } = await firstSnippet('packages/koa');
  expect(await invoicesOf(app.callback())).toMatchObject(withToken);
});

it('packages/axios/README.md', async () => {
  const { http, invoices } = await firstSnippet('packages/axios');
  // Its addresses are led elsewhere by `fetch`.
  http.defaults.adapter = 'fetch';
  expect((await invoices()).data).toMatchObject(withToken);
});

it('packages/nestjs/README.md', async () => {
  const { AppModule } = await firstSnippet('packages/nestjs');
  const { NestFactory } = await import('@nestjs/core');
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.init();
  expect(await invoicesOf(app.getHttpAdapter().getInstance())).toMatchObject(withToken);
  await app.close();
});

it('packages/redis/README.md', async () => {
  const redis = await startRedisServer();
  vi.stubEnv('REDIS_URL', redis.url);
  const { auth } = await firstSnippet('packages/redis');
  expect(await (await auth.fetch(`${api}/v2/invoices`)).json()).toMatchObject(withToken);
  // On a slow machine the call may not have waited for it.
  await expect.poll(() => askedOf(redis), { timeout: 10_000 }).toContain('cmdstat_evalsha');
  await auth.close();
  await redis.stop();
});

/** What a Redis server was asked so far. */
async function askedOf({ port }) {
  const socket = connect(port, '127.0.0.1', () => socket.end('INFO commandstats\r\n'));
  return (await socket.toArray()).join('');
}

it('packages/testing/README.md', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await firstSnippet('packages/testing');
  expect(log.mock.calls).toEqual([[1], [true]]);
  log.mockRestore();
});
