import { fakeOutboundAuth } from '@outbound-auth/testing';
import { expect, it, vi } from 'vitest';
import { expectGraceful, expectPassed, expectProxied } from './in-every-framework.mjs';
import { answerOf, readme } from './recipes.mjs';

const { api, run, runTests, server, start, unrun } = readme('packages/express');
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

it('@outbound-auth/express', async () => {
  const { app } = await run('@outbound-auth/express');
  expect(await answerOf(app, '/invoices')).toMatchObject({ status: 200, body: { path: '/v2/invoices', ...withToken } });
});

it('Several upstreams', async () => {
  const { app } = await run('Several upstreams');
  const { status, body } = await answerOf(app, '/order');
  expect([status, body]).toMatchObject([
    200,
    [
      { path: '/v2/invoices/7', ...withToken },
      { path: '/items/7', ...withToken },
    ],
  ]);
  const [stock] = api('https://stock.example').requests;
  expect(stock.headers['x-api-key']).toBe('the value of STOCK_API_KEY');
  expect(body[0].headers).not.toHaveProperty('x-api-key');
  expect(stock.headers.authorization).not.toBe(body[0].headers.authorization);
});

it('A tenant per request', async () => {
  const { app } = await run('A tenant per request');
  const of = (tenant) => answerOf(app, '/invoices', { headers: { 'x-tenant': tenant } });
  const [acme, umbrella, again] = [await of('acme'), await of('umbrella'), await of('acme')];
  expect([acme.status, umbrella.status, again.status]).toEqual([200, 200, 200]);
  expect(server().issuedTokens.map(({ clientId }) => clientId)).toEqual(['acme', 'umbrella']);
  expect(again.body.headers.authorization).toBe(acme.body.headers.authorization);
  expect(umbrella.body.headers.authorization).not.toBe(acme.body.headers.authorization);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await of('somebody-else')).status).toBe(500);
  expect((await answerOf(app, '/invoices')).status).toBe(400);
  expect(api('https://api.billing.example').requests).toHaveLength(3);
});

it('On behalf of the user', async () => {
  const { app } = await run('On behalf of the user');
  const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
  expect(await answerOf(app, '/entries', user)).toMatchObject({
    status: 200,
    body: { path: '/entries', ...withToken },
  });
  expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
  expect(await answerOf(app, '/entries')).toMatchObject({ status: 401 });
});

it('On behalf of the user, whom a session knows', async () => {
  const { application, tokens } = await run('On behalf of the user', { snippet: 2, expose: ['tokens'] });
  tokens.set('of-ada', 'the-token-of-Ada');
  const auth = fakeOutboundAuth(
    { ledger: { token: ({ subjectToken }) => `for-${subjectToken}`, onBehalfOf: true } },
    { respond: ({ headers }) => Response.json(headers) },
  );
  const of = (session) => answerOf(application(auth), '/entries', { headers: { 'x-session': session } });
  expect(await of('of-ada')).toMatchObject({ status: 200, body: { authorization: 'Bearer for-the-token-of-Ada' } });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await of('of-nobody')).status).toBe(401);
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
