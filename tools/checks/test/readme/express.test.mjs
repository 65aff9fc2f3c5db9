import { fakeOutboundAuth } from '@outbound-auth/testing';
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

const { api, run, runTests, server, start, unrun } = readme('packages/express');
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/express', async () => {
  const { app } = await run('@outbound-auth/express');
  expect(await answerOf(app, '/invoices')).toMatchObject({ status: 200, body: { path: '/v2/invoices', ...withToken } });
});

it('Several upstreams', async () => {
  const { app } = await run('Several upstreams');
  await expectSeveral(app, '/order', { api });
});

it('A tenant per request', async () => {
  const { app } = await run('A tenant per request');
  await expectTenants(app, { server, api });
});

it('On behalf of the user', async () => {
  const { app } = await run('On behalf of the user');
  await expectUser(app, { server });
});

it('On behalf of the user, whom a session knows', async () => {
  const { application, tokens } = await run('On behalf of the user', { snippet: 2, expose: ['tokens'] });
  await expectSession(application, tokens);
});

it('A reverse proxy', async () => {
  const { server: gateway } = await run('A reverse proxy');
  await expectProxied(gateway.listeners('request')[0]);
});

it('A reverse proxy behind a body parser', async () => {
  const { gateway } = await run('A reverse proxy', { snippet: 2 });
  const target = api('https://api.billing.example');
  const auth = fakeOutboundAuth({ billing: 'a-token' }, { network: 'pass' });
  target.respondWith(({ headers, body }) => ({ body: `${headers.authorization} ${body}` }));
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"total":12}' };
  expect(await answerOf(gateway(auth), '/billing/invoices', init)).toMatchObject({
    body: 'Bearer a-token {"total":12}',
  });
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
