import { createOutboundAuth, isOutboundAuthError } from '@outbound-auth/core';
import { exposedSecrets, startUpstream } from '@outbound-auth/testing';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { versions } from './versions.ts';

/** An application whose `GET /` makes a call that fails, by an error that the server would tell the secret in. */
async function failing(app: Express): Promise<{ readonly url: string; readonly secret: string }> {
  const { server, api, client, close } = await startUpstream();
  onTestFinished(() => close());
  const { clientSecret: secret } = client;
  server.respondWith(() => ({ status: 401, body: { error: 'no', error_description: secret } }));
  app.use(outboundAuth(createOutboundAuth({ clients: { billing: client } })));
  app.get('/', async (req, res, next) => {
    try {
      await req.outbound.fetch(api.origin);
      res.end();
    } catch (error) {
      // Express 5 sees what its handlers reject with, Express 4 does not.
      if (app.get('rejects') === true) throw error;
      next(error);
    }
  });
  const served = createServer(app).listen(0, '127.0.0.1');
  await once(served, 'listening');
  onTestFinished(() => void served.close());
  const address = served.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, secret };
}

describe.each(versions)('$name', ({ framework }) => {
  it('gives the error itself to an error handler of the application', async () => {
    const app = framework();
    const { url } = await failing(app);
    const handler: ErrorRequestHandler = (error, _req, res, _next) => {
      if (isOutboundAuthError(error)) res.status(418).json([error.code, error.client, error.status]);
    };
    app.use(handler);
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([418, ['token_request_refused', 'billing', 502]]);
  });

  it('E25 shows no secret where Express shows the stack of errors, in development', async () => {
    const log = vi.spyOn(console, 'error');
    onTestFinished(() => log.mockRestore());
    const logged = new Promise((resolve) => log.mockImplementation(resolve));
    const app = framework();
    app.set('env', 'development');
    const { url, secret } = await failing(app);
    const response = await fetch(url);
    const text = await response.text();
    expect([response.status, text.includes('the token endpoint')]).toEqual([502, true]);
    expect(exposedSecrets([text, await logged], [secret])).toEqual([]);
  });
});

it('E37 hands on what an async handler rejects with, in Express 5 without a word', async () => {
  const app = express();
  app.set('rejects', true);
  app.set('env', 'test');
  const { url } = await failing(app);
  expect((await fetch(url)).status).toBe(502);
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
