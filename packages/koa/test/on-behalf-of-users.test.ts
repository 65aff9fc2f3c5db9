import { attachOutboundAuth } from '@outbound-auth/axios';
import { exposedSecrets } from '@outbound-auth/testing';
import axios from 'axios';
import Koa from 'koa';
import Koa2 from 'koa-2';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outboundAuth } from '../src/index.ts';
import { callAs, startUsers, type Users } from './users.ts';

/** What a handler far from its request does: it knows the address alone. */
type Call = (url: string) => Promise<string>;

function callsOf({ auth }: Users): Record<string, Call> {
  const http = axios.create();
  attachOutboundAuth(http, auth);
  return {
    'auth.fetch': async (url) => (await auth.fetch(url)).text(),
    'a client': async (url) => (await auth.client('ledger').fetch(url)).text(),
    'an Axios instance': async (url) => (await http.get<string>(url)).data,
  };
}

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('%s', (_version, Framework) => {
  /** Serves an application that answers by what is done deep in it; gives what calls it as a user. */
  async function serve(users: Users, answer: (ctx: Koa.Context) => Promise<string>) {
    const app = new Framework();
    const errors: unknown[] = [];
    app.on('error', (error) => errors.push(error));
    app.use(outboundAuth(users.auth));
    app.use(async (ctx, next) => {
      ctx['body of the request'] = await json(ctx.req);
      await next();
    });
    app.use(async (ctx) => {
      ctx.body = await answer(ctx);
    });
    const callback = app.callback();
    const server = createServer((req, res) => void callback(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    const url = `http://127.0.0.1:${address.port}`;
    const call = (user: string | undefined): Promise<[number, string]> =>
      callAs(user, url, { method: 'POST', body: '{"from":"a body parser"}' });
    return { call, errors };
  }

  it('binds ctx.outbound to the bearer token of its request, wherever it is used', async () => {
    const users = await startUsers();
    const kept = new Map<string, Koa.Context['outbound']>();
    const { call } = await serve(users, async (ctx) => {
      kept.set(String(ctx.req.headers.authorization), ctx.outbound);
      return (await ctx.outbound.client('ledger').fetch(users.api.origin)).text();
    });
    expect(await call('ada')).toEqual([200, 'Bearer for-ada']);
    expect(await call('bob')).toEqual([200, 'Bearer for-bob']);
    const ofAda = kept.get('Bearer ada');
    expect(await (await ofAda?.fetch(users.api.origin))?.text()).toBe('Bearer for-ada');
    expect((await ofAda?.client('ledger').getAccessToken())?.value).toBe('for-ada');
  });

  it.each(['auth.fetch', 'a client', 'an Axios instance'])(
    'lets %s find it after awaits, timers and a parsed body',
    async (name) => {
      const users = await startUsers();
      const deep = callsOf(users)[name];
      const { call } = await serve(users, async (ctx) => {
        await setTimeout(1);
        await setImmediate();
        expect(ctx['body of the request']).toEqual({ from: 'a body parser' });
        return new Promise((resolve) => queueMicrotask(() => resolve(deep?.(users.api.origin) ?? '')));
      });
      expect(await call('ada')).toEqual([200, 'Bearer for-ada']);
    },
  );

  // As many at a time as sockets are quick to open, and time enough for a machine that does much else.
  it('E10 E39 gives no user another’s token, in 240 requests that interleave', { timeout: 30_000 }, async () => {
    const users = await startUsers();
    const deep = Object.values(callsOf(users));
    let count = 0;
    const { call } = await serve(users, async (ctx) => {
      const own = deep[(count += 1) % deep.length];
      const first = ctx.outbound.fetch(users.api.origin);
      await setImmediate();
      return [await own?.(users.api.origin), await (await first).text()].join();
    });
    for (const round of ['a', 'b', 'c', 'd']) {
      const names = Array.from({ length: 60 }, (_, index) => `${round}-${index % 20}`);
      const expected = names.map((name) => [200, `Bearer for-${name},Bearer for-${name}`]);
      expect(await Promise.all(names.map(call))).toEqual(expected);
    }
    expect(users.server.requests).toHaveLength(80);
  });

  it('answers 401 to a request without a bearer token, says nothing of why, and emits the error', async () => {
    const users = await startUsers();
    const { call, errors } = await serve(users, async (ctx) => (await ctx.outbound.fetch(users.api.origin)).text());
    expect(await call(undefined)).toEqual([401, 'Unauthorized']);
    expect(errors).toMatchObject([{ code: 'subject_token_missing', client: 'ledger' }]);
    expect(users.api.requests).toEqual([]);
  });

  it('answers 401 where the user’s token is refused, and shows it nowhere', async () => {
    const users = await startUsers();
    users.server.respondWith(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'mallory-token is over' },
    }));
    const { call, errors } = await serve(users, async () => (await users.auth.fetch(users.api.origin)).text());
    expect(await call('mallory-token')).toEqual([401, 'Unauthorized']);
    expect(errors).toMatchObject([{ code: 'subject_token_refused', client: 'ledger' }]);
    expect(exposedSecrets(errors, ['mallory-token'])).toEqual([]);
  });
});
