// What the recipes of several frameworks come to.
import { expect } from 'vitest';
import { endWhileServing } from '../draining.mjs';
import { answer, answerOf } from './recipes.mjs';

const billing = 'https://api.billing.example';
const withToken = { headers: { authorization: expect.stringMatching(/^Bearer ./) } };

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
