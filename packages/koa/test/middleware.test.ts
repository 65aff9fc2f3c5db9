import { createOutboundAuth, type OutboundAuth } from '@outbound-auth/core';
import { exposedSecrets, startUpstream, type Upstream } from '@outbound-auth/testing';
import Koa from 'koa';
import Koa2 from 'koa-2';
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

async function serve(app: Koa): Promise<string> {
  const callback = app.callback();
  const server = createServer((req, res) => void callback(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('%s', (_version, Framework) => {
  it('gives each context the calls of the innermost auth that it passed', async () => {
    const outer = await upstream();
    const inner = await upstream();
    const app = new Framework();
    app.use(outboundAuth(outer.auth));
    app.use(async (ctx, next) => {
      await (ctx.path === '/inner' ? outboundAuth(inner.auth)(ctx, next) : next());
    });
    app.use(async (ctx) => {
      const { api } = ctx.path === '/inner' ? inner : outer;
      ctx.body = await (await ctx.outbound.fetch(api.origin)).text();
    });
    const origin = await serve(app);
    expect(await (await fetch(origin)).text()).toBe(outer.answer);
    expect(await (await fetch(`${origin}/inner`)).text()).toBe(inner.answer);
  });

  it('gives each context its clients by name', async () => {
    const { auth } = await upstream();
    const app = new Framework();
    app.use(outboundAuth(auth));
    app.use((ctx) => {
      ctx.body = ctx.outbound.client('billing').name;
    });
    expect(await (await fetch(await serve(app))).text()).toBe('billing');
  });

  it('lets a failed call end in Koa’s error handling, which answers 502 without a word and emits the error', async () => {
    const { auth, server, api, client } = await upstream();
    server.respondWith(() => ({ status: 401, body: { error: 'no', error_description: client.clientSecret } }));
    const app = new Framework();
    const errors: unknown[] = [];
    app.on('error', (error) => errors.push(error));
    app.use(outboundAuth(auth));
    app.use(async (ctx) => {
      ctx.status = (await ctx.outbound.fetch(api.origin)).status;
    });
    const response = await fetch(await serve(app));
    expect([response.status, await response.text()]).toEqual([502, 'Bad Gateway']);
    expect(errors).toMatchObject([{ code: 'token_request_refused', client: 'billing' }]);
    expect(exposedSecrets(errors, [client.clientSecret])).toEqual([]);
  });
});

it.each([[undefined], [null], [{}], ['auth'], [{ fetch, client: () => undefined }]])(
  'refuses %s when it is mounted, not when it is used',
  (auth) => {
    const mount = (given: unknown): unknown => Reflect.apply(outboundAuth, undefined, [given]);
    expect(() => mount(auth)).toThrow('outboundAuth(auth): auth must be what createOutboundAuth() returns');
  },
);
