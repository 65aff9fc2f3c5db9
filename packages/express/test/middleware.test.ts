import { createOutboundAuth, type OutboundAuth } from '@outbound-auth/core';
import { exposedSecrets, startUpstream, type Upstream } from '@outbound-auth/testing';
import express, { type Express } from 'express';
import express4 from 'express-4';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outboundAuth } from '../src/index.ts';

async function upstream(): Promise<Upstream & { auth: OutboundAuth<'billing'>; answer: string }> {
  const started = await startUpstream();
  onTestFinished(() => started.close());
  const answer = `the answer of ${started.api.origin}`;
  started.api.respondWith(({ headers }) => (headers['authorization'] === undefined ? undefined : { body: answer }));
  return { ...started, answer, auth: createOutboundAuth({ clients: { billing: started.client } }) };
}

async function serve(app: Express): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_version, framework) => {
  it('gives each request the calls of the innermost auth that it passed', async () => {
    const outer = await upstream();
    const inner = await upstream();
    const app = framework();
    const router = framework.Router();
    const answer =
      (url: string): express.RequestHandler =>
      (req, res, next) => {
        req.outbound
          .fetch(url)
          .then(async (response) => res.send(await response.text()))
          .catch(next);
      };
    app.use(outboundAuth(outer.auth));
    router.use(outboundAuth(inner.auth));
    router.get('/', answer(inner.api.origin));
    app.use('/inner', router);
    app.get('/', answer(outer.api.origin));
    const origin = await serve(app);
    expect(await (await fetch(origin)).text()).toBe(outer.answer);
    expect(await (await fetch(`${origin}/inner`)).text()).toBe(inner.answer);
  });

  it('gives each request its clients by name', async () => {
    const { auth } = await upstream();
    const app = framework();
    app.use(outboundAuth(auth));
    app.get('/', (req, res) => res.json([req.outbound.client('billing').name]));
    expect(await (await fetch(await serve(app))).json()).toEqual(['billing']);
  });

  it('lets a failed call reach the error handling, which answers 502 and shows no secret', async () => {
    const { auth, server, api, client } = await upstream();
    server.respondWith(() => ({ status: 401, body: { error: 'no', error_description: client.clientSecret } }));
    const app = framework();
    // Express logs what nobody handles, but not under this setting.
    app.set('env', 'test');
    app.use(outboundAuth(auth));
    app.get('/', (req, res, next) => {
      req.outbound
        .fetch(api.origin)
        .then((response) => res.sendStatus(response.status))
        .catch(next);
    });
    const response = await fetch(await serve(app));
    expect(response.status).toBe(502);
    expect(exposedSecrets(await response.text(), [client.clientSecret])).toEqual([]);
  });
});

it.each([[undefined], [null], [{}], ['auth'], [{ fetch, client: () => undefined }]])(
  'refuses %s when it is mounted, not when it is used',
  (auth) => {
    const mount = (given: unknown): unknown => Reflect.apply(outboundAuth, undefined, [given]);
    expect(() => mount(auth)).toThrow('outboundAuth(auth): auth must be what createOutboundAuth() returns');
  },
);
