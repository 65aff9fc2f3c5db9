import { createOutboundAuth } from '@outbound-auth/core';
import { exposedSecrets, startUpstream } from '@outbound-auth/testing';
import type Koa from 'koa';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { versions } from './versions.ts';

async function serve(app: Koa): Promise<string> {
  const callback = app.callback();
  const server = createServer((req, res) => void callback(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

describe.each(versions)('$name', ({ Framework }) => {
  it('E25 emits the error itself, without a secret, with the context that it came of', async () => {
    const { server, api, client, close } = await startUpstream();
    onTestFinished(() => close());
    server.respondWith(() => ({ status: 401, body: { error: 'no', error_description: client.clientSecret } }));
    const app = new Framework();
    const emitted: unknown[] = [];
    app.on('error', (error, ctx: Koa.Context) => emitted.push(error, ctx.path, JSON.stringify(ctx)));
    app.use(outboundAuth(createOutboundAuth({ clients: { billing: client } })));
    app.use(async (ctx) => {
      ctx.status = (await ctx.outbound.fetch(api.origin)).status;
    });
    const response = await fetch(`${await serve(app)}/invoices`);
    expect([response.status, await response.text()]).toEqual([502, 'Bad Gateway']);
    expect(emitted).toMatchObject([{ code: 'token_request_refused', client: 'billing' }, '/invoices', {}]);
    expect(exposedSecrets(emitted, [client.clientSecret])).toEqual([]);
  });

  it('E37 lets a middleware around it catch the error, and answer as it likes', async () => {
    const app = new Framework();
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        ctx.status = 418;
        ctx.body = error;
      }
    });
    app.use(outboundAuth(createOutboundAuth({ clients: {} })));
    app.use((ctx) => void ctx.outbound.client('nobody'));
    const response = await fetch(await serve(app));
    expect([response.status, await response.json()]).toMatchObject([418, { code: 'unknown_client', status: 500 }]);
  });
});

it.each([[undefined], [null], [{}], ['auth'], [{ fetch, client: () => undefined }]])(
  'refuses %s when it is mounted, not when it is used',
  (auth) => {
    const mount = (given: unknown): unknown => Reflect.apply(outboundAuth, undefined, [given]);
    expect(() => mount(auth)).toThrow('outboundAuth(auth): auth must be what createOutboundAuth() returns');
  },
);

it('refuses options that are none when it is mounted', () => {
  const auth = createOutboundAuth({ clients: {} });
  const mount = (options: unknown): unknown => Reflect.apply(outboundAuth, undefined, [auth, options]);
  expect(() => mount({ resolve: 'acme', subjectToken: 'a-token', tenant: 'acme' })).toThrow(
    /outboundAuth\(auth\)\.resolve: .*\n.*outboundAuth\(auth\)\.subjectToken: .*\n.*outboundAuth\(auth\)\.tenant: /,
  );
});
