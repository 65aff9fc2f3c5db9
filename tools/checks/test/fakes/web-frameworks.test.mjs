// A fake OutboundAuth in the place of a real one: Express and Koa.
import { TokenRequestError } from '@outbound-auth/core';
import { outboundAuth as forExpress } from '@outbound-auth/express';
import { outboundAuth as forKoa } from '@outbound-auth/koa';
import { fakeOutboundAuth } from '@outbound-auth/testing';
import express from 'express';
import Koa from 'koa';
import { describe, expect, it } from 'vitest';
import { visiting } from './visiting.mjs';

const invoices = 'https://api.billing.example/v2/invoices';
const sent = {
  client: 'billing',
  method: 'GET',
  url: invoices,
  headers: { authorization: 'Bearer a-token' },
  status: 200,
};
const elsewhere = { token: 'c-token', attachTo: ['https://elsewhere.example'] };
const respond = ({ headers }) => Response.json({ came: headers.authorization });

describe.each([
  ['Express', (fake, options) => expressApp(fake, options)],
  ['Koa', (fake, options) => koaApp(fake, options).callback()],
])('%s', (_name, listenerOf) => {
  it('makes its calls by a fake', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond });
    expect(await answerOf(listenerOf(fake))).toEqual({ status: 200, body: { came: 'Bearer a-token' } });
    expect(fake.calls).toEqual([sent]);
  });

  it('E39 serves users by a fake', async () => {
    const token = ({ subjectToken }) => `for-${subjectToken}`;
    const fake = fakeOutboundAuth({ billing: { token, onBehalfOf: true } }, { respond });
    const users = Array.from({ length: 60 }, (_, index) => `user-${index % 7}`);
    await visiting(listenerOf(fake), (visit) =>
      Promise.all(
        users.map(async (user) => {
          const { body } = await visit({ authorization: `Bearer ${user}` });
          expect(body).toEqual({ came: `Bearer for-${user}` });
        }),
      ),
    );
    expect((await answerOf(listenerOf(fake))).status).toBe(401);
  });

  it('takes the tenant or client that is chosen for a request, where its attachTo covers the call', async () => {
    const clients = { billing: 'a-token', other: { token: 'b-token', attachTo: [invoices] }, far: elsewhere };
    const fake = fakeOutboundAuth(clients, { respond, tenants: { acme: 'of-acme', distant: elsewhere } });
    const resolve = (request) => JSON.parse(request.headers['x-choice']);
    await visiting(listenerOf(fake, { resolve }), async (visit) => {
      const visitFor = (choice) => visit({ 'x-choice': JSON.stringify(choice) });
      for (const [choice, came] of [
        ['acme', 'of-acme'],
        [{ client: 'billing' }, 'a-token'],
        ['distant', 'b-token'],
        [{ client: 'far' }, 'b-token'],
      ]) {
        expect(await visitFor(choice)).toEqual({ status: 200, body: { came: `Bearer ${came}` } });
      }
      expect((await visitFor('nobody')).status).toBe(500);
    });
  });

  it('E37 answers a failing client by its status', async () => {
    const fake = fakeOutboundAuth({ billing: 'a-token' }, { respond });
    fake.fail('billing');
    expect((await answerOf(listenerOf(fake))).status).toBe(502);
    fake.fail('billing', new TokenRequestError('later', { code: 'too_many_requests', retryAfter: 7 }));
    expect(await answerOf(listenerOf(fake))).toMatchObject({ status: 503 });
    expect(fake.calls).toEqual([]);
  });
});

function expressApp(fake, options) {
  // Errors are not logged then.
  const app = express().set('env', 'test');
  app.use(forExpress(fake, options));
  app.get('/invoices', async (req, res) => res.json(await (await req.outbound.fetch(invoices)).json()));
  return app;
}

function koaApp(fake, options) {
  const app = new Koa();
  app.silent = true;
  app.use(forKoa(fake, options));
  app.use(async (ctx) => {
    ctx.body = await (await ctx.outbound.fetch(invoices)).json();
  });
  return app;
}

async function answerOf(listener) {
  let answer;
  await visiting(listener, async (visit) => (answer = await visit({})));
  return answer;
}
