import { expect, it, vi } from 'vitest';
import { answerOf, readme } from './recipes.mjs';

const { run, runTests, compiledOnly, unrun } = readme('packages/testing');

it('@outbound-auth/testing', async () => {
  const log = logged();
  await run('@outbound-auth/testing');
  expect(log()).toEqual([[['INV-1']], ['billing', 'Bearer a-token']]);
});

it('Your test', async () => {
  const { openInvoices } = await run('Your test');
  expect(openInvoices).toBeTypeOf('function');
});

it.each([
  ['Vitest', /2 passed/],
  ['node:test', /# pass 1/],
])('%s', async (heading, passed) => {
  const { ok, output } = await runTests(heading);
  expect(output).toMatch(passed);
  expect({ ok, output }).toMatchObject({ ok: true });
});

it('An application that exports its `OutboundAuth`', async () => {
  const heading = 'An application that exports its `OutboundAuth`';
  const { ok, output } = await runTests(heading, { snippet: 3 });
  expect(output).toMatch(/1 passed/);
  expect({ ok, output }).toMatchObject({ ok: true });
  const { auth } = await run(heading);
  expect(auth.client('billing').name).toBe('billing');
  const { report } = await run(heading, { snippet: 2 });
  expect(await report('march')).toMatchObject({ path: '/v2/reports/march' });
});

it('Jest', () => {
  compiledOnly('Jest', 'with its defaults it loads CommonJS alone: tools/consumers runs it, with the packed packages');
});

it('What was sent, and what comes back', async () => {
  const log = logged();
  await run('What was sent, and what comes back');
  expect(log()).toEqual([
    [[200, undefined]],
    [expect.stringMatching(/^Error: fakeOutboundAuth: nothing answers the call/)],
  ]);
  log().length = 0;
  await run('What was sent, and what comes back', { snippet: 2 });
  expect(log()).toEqual([['billing', 'Bearer a-token']]);
});

it('Clients, users and tenants', async () => {
  const log = logged();
  await run('Clients, users and tenants');
  expect(log()).toEqual([[['Bearer read-for-Ada', 'Bearer of-acme']]]);
});

it('When no token can be had', async () => {
  const { app, auth } = await run('When no token can be had');
  app.silent = true;
  const { status, headers } = await answerOf(app.callback(), '/');
  expect([status, headers.get('retry-after')]).toEqual([503, '30']);
  auth.recover();
  expect(await answerOf(app.callback(), '/')).toMatchObject({ status: 200, body: [] });
});

it('Your own options, without a server', async () => {
  const log = logged();
  await run('Your own options, without a server');
  expect(log()).toEqual([['Bearer a-token'], [false]]);
});

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

it.each(['The contract of the adapters', 'The contract of web frameworks', 'The contract of the stores'])(
  '%s',
  { timeout: 60_000 },
  async (heading) => {
    const { ok, output } = await runTests(heading);
    expect(output).toMatch(/# pass [1-9]/);
    expect({ ok, output }).toMatchObject({ ok: true });
  },
);

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});

function logged() {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  return () => log.mock.calls;
}
