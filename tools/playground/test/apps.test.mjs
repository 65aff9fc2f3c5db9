import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runApp } from '../demo.mjs';
import { startSystem } from '../system.mjs';
import { patience } from './playground.mjs';

vi.setConfig(patience);

const refuse = ({ server }) => {
  server.on('request', (_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"error":"forbidden"}');
  });
  return { unauthorized: new Map() };
};
let system;
beforeAll(async () => {
  system = await startSystem(refuse);
});
afterAll(() => system.close());

it.each(['express', 'koa', 'nestjs', 'axios'])('a call that the API refuses is no success of %s', async (name) => {
  const app = system.apps.find((app) => app.name === name);
  expect(await runApp(app, { rounds: 1, concurrent: 2 })).toMatchObject({ calls: 2, succeeded: 0 });
  const response = await fetch(`${app.origin}/invoices`);
  expect([response.status, await response.json()]).toEqual([403, { error: 'forbidden' }]);
});
