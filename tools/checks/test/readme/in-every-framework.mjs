// What the recipes of several frameworks come to.
import { fakeOutboundAuth } from '@outbound-auth/testing';
import { expect, vi } from 'vitest';
import { endWhileServing } from '../draining.mjs';
import { answer, answerOf } from './recipes.mjs';

const billing = 'https://api.billing.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

/** An application calls billing and stock, each with its own token, and stock with its API key. */
export async function expectSeveral(listener, path, { api }) {
  const { status, body } = await answerOf(listener, path);
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
}

/** An application calls billing for the tenant that a request names, and for no other. */
export async function expectTenants(listener, { server, api }) {
  const of = (tenant) => answerOf(listener, '/invoices', { headers: { 'x-tenant': tenant } });
  const [acme, umbrella, again] = [await of('acme'), await of('umbrella'), await of('acme')];
  expect([acme.status, umbrella.status, again.status]).toEqual([200, 200, 200]);
  expect(server().issuedTokens.map(({ clientId }) => clientId)).toEqual(['acme', 'umbrella']);
  expect(again.body.headers.authorization).toBe(acme.body.headers.authorization);
  expect(umbrella.body.headers.authorization).not.toBe(acme.body.headers.authorization);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await of('somebody-else')).status).toBe(500);
  expect((await answerOf(listener, '/invoices')).status).toBe(400);
  expect(api(billing).requests).toHaveLength(3);
}

/** An application calls the ledger for the user whose bearer token a request comes with. */
export async function expectUser(listener, { server }) {
  const user = { headers: { authorization: 'Bearer the-token-of-Ada' } };
  expect(await answerOf(listener, '/entries', user)).toMatchObject({
    status: 200,
    body: { path: '/entries', ...withToken },
  });
  expect(server().requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['the-token-of-Ada']);
  expect(await answerOf(listener, '/entries')).toMatchObject({ status: 401 });
}

/** The same for the user of a session, which the application looks up in `tokens`. */
export async function expectSession(listenerOf, tokens) {
  tokens.set('of-ada', 'the-token-of-Ada');
  const auth = fakeOutboundAuth(
    { ledger: { token: ({ subjectToken }) => `for-${subjectToken}`, onBehalfOf: true } },
    { respond: ({ headers }) => Response.json(headers) },
  );
  const of = (session) => answerOf(listenerOf(auth), '/entries', { headers: { 'x-session': session } });
  expect(await of('of-ada')).toMatchObject({ status: 200, body: { authorization: 'Bearer for-the-token-of-Ada' } });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await of('of-nobody')).status).toBe(401);
}

/** A reverse proxy before billing sends a body on, with the token in place of the caller's credentials. */
export async function expectProxied(listener) {
  const credentials = { authorization: 'Bearer of-the-caller', cookie: 'session=of-the-caller' };
  const sent = {
    method: 'POST',
    headers: { ...credentials, 'content-type': 'application/json' },
    body: '{"total":12}',
  };
  const { status, body } = await answerOf(listener, '/billing/invoices?page=2', sent);
  expect(status).toBe(200);
  expect(body).toMatchObject({ method: 'POST', path: '/v2/invoices?page=2', body: sent.body, ...withToken });
  expect(body.headers.authorization).not.toBe(credentials.authorization);
  expect(body.headers).not.toHaveProperty('cookie');
}

/** A service that lists the invoices of billing ends after its last request, which gets its token to the end. */
export async function expectGraceful(service, { server, api }, end) {
  expect(await answer(`${service.origin}/invoices`)).toMatchObject({
    status: 200,
    body: { path: '/v2/invoices', ...withToken },
  });
  expect(await endWhileServing(service, { server: server(), api: api(billing) }, '/invoices')).toMatchObject(end);
}

/** A recipe that is a test of one case passes. */
export function expectPassed(run) {
  expect(run).toMatchObject({ ok: true, output: expect.stringContaining('1 passed') });
}
