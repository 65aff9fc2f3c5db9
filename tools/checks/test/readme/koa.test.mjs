import { expect, it } from 'vitest';
import {
  expectGraceful,
  expectPassed,
  expectProxied,
  expectSession,
  expectSeveral,
  expectTenants,
  expectUser,
} from './in-every-framework.mjs';
import { answerOf, readme } from './recipes.mjs';

const { api, run, runTests, server, start, unrun } = readme('packages/koa');
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/koa', async () => {
  const { app } = await run('@outbound-auth/koa');
  expect(await answerOf(app.callback(), '/invoices')).toMatchObject({
    status: 200,
    body: { path: '/v2/invoices', ...withToken },
  });
});

it('Several upstreams', async () => {
  const { app } = await run('Several upstreams');
  await expectSeveral(app.callback(), '/', { api });
});

it('A tenant per request', async () => {
  const { app } = await run('A tenant per request');
  await expectTenants(app.callback(), { server, api });
});

it('On behalf of the user', async () => {
  const { app } = await run('On behalf of the user');
  app.silent = true; // the 401 of a request without a user
  await expectUser(app.callback(), { server });
});

it('On behalf of the user, whom a session knows', async () => {
  const { application, tokens } = await run('On behalf of the user', { snippet: 2, expose: ['tokens'] });
  await expectSession((auth) => application(auth).callback(), tokens);
});

it('A reverse proxy', async () => {
  const { app } = await run('A reverse proxy');
  await expectProxied(app.callback());
});

it('A test with no network', async () => {
  expectPassed(await runTests('A test with no network'));
});

it('Graceful shutdown', async () => {
  await expectGraceful(await start('Graceful shutdown'), { server, api }, { code: 0, signal: null });
});

it('leaves no recipe out', () => {
  expect(unrun()).toEqual([]);
});
