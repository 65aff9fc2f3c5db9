import { expect, it, vi } from 'vitest';
import { readme } from './recipes.mjs';

const { run, runTests, unrun } = readme('packages/testing');

it('An authorization server and an API', async () => {
  const log = logged();
  await run('An authorization server and an API');
  expect(log()).toEqual([[1], [true]]);
  const { auth, billing } = await run('An authorization server and an API', {
    snippet: 2,
    expose: ['auth', 'billing'],
  });
  expect((await auth.fetch(billing.api.origin)).status).toBe(200);
  await billing.close();
});

it('Taking charge of the answers', async () => {
  const { server } = await run('Taking charge of the answers', {
    expose: ['server'],
    // The snippet waits for a request that the reader makes.
    replace: {
      'await server.waitForRequests(1);': 'void fetch(server.tokenEndpoint); await server.waitForRequests(1);',
    },
  });
  expect(server.requests).toHaveLength(1);
  await server.close();
});

it('A clock that stands still', async () => {
  const { clock, server } = await run('A clock that stands still', { expose: ['clock', 'server'] });
  expect(clock.now()).toBe(Date.UTC(2030, 0, 1));
  await server.close();
});

it('A store that breaks on request', async () => {
  const log = logged();
  const { billing } = await run('A store that breaks on request', { expose: ['billing'] });
  expect(log()).toMatchObject([[expect.arrayContaining([{ name: 'get', key: expect.any(String) }])]]);
  await billing.close();
});

it("A Redis server of one's own", async () => {
  const log = logged();
  await run("A Redis server of one's own");
  expect(log()).toEqual([[expect.stringMatching(/^redis:\/\/127\.0\.0\.1:\d+$/)]]);
});

it('Nothing secret shows', async () => {
  const log = logged();
  await run('Nothing secret shows');
  expect(log()).toEqual([[['abcd1234']]]);
});

it.each(['The contract of the adapters', 'The contract of the stores'])('%s', { timeout: 60_000 }, async (heading) => {
  const { ok, output } = await runTests(heading);
  expect(output).toMatch(/# pass [1-9]/);
  expect({ ok, output }).toMatchObject({ ok: true });
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

function logged() {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  return () => log.mock.calls;
}
