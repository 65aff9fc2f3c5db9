import { attachOutboundAuth } from '@outbound-auth/axios';
import { exposedSecrets } from '@outbound-auth/testing';
import axios from 'axios';
import express from 'express';
import express4 from 'express-4';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_version, framework) => {
  /** Serves an application that answers `POST /` by what is done deep in it; gives what calls it as a user. */
  async function serve(users: Users, answer: (req: express.Request) => Promise<string>, env = 'test') {
    const app = framework();
    // Express logs what nobody handles, but not under `test`.
    app.set('env', env);
    app.use(outboundAuth(users.auth));
    app.use(express.json());
    app.post('/', (req, res, next) => {
      answer(req)
        .then((text) => res.send(text))
        .catch(next);
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    const url = `http://127.0.0.1:${address.port}`;
    return (user: string | undefined): Promise<[number, string]> =>
      callAs(user, url, { method: 'POST', body: '{"from":"a body parser"}' });
  }

  it('binds req.outbound to the bearer token of its request, wherever it is used', async () => {
    const users = await startUsers();
    const kept = new Map<string, express.Request['outbound']>();
    const call = await serve(users, async (req) => {
      kept.set(String(req.headers.authorization), req.outbound);
      return (await req.outbound.client('ledger').fetch(users.api.origin)).text();
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
      const call = await serve(users, async (req) => {
        await setTimeout(1);
        await setImmediate();
        expect(req.body).toEqual({ from: 'a body parser' });
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
    const call = await serve(users, async (req) => {
      const own = deep[(count += 1) % deep.length];
      const first = req.outbound.fetch(users.api.origin);
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

  it('answers 401 to a request without a bearer token, and in production says nothing of why', async () => {
    const users = await startUsers();
    const log = vi.spyOn(console, 'error');
    onTestFinished(() => log.mockRestore());
    const logged = new Promise((resolve) => log.mockImplementation(resolve));
    const call = await serve(users, async (req) => (await req.outbound.fetch(users.api.origin)).text(), 'production');
    const [status, text] = await call(undefined);
    expect([status, text.includes('Unauthorized'), text.includes('token')]).toEqual([401, true, false]);
    expect(String(await logged)).toContain("client 'ledger' gets tokens on behalf of a user");
    expect(users.api.requests).toEqual([]);
  });

  it('answers 401 where the user’s token is refused, and shows it nowhere', async () => {
    const users = await startUsers();
    users.server.respondWith(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'mallory-token is over' },
    }));
    const errors: unknown[] = [];
    const call = await serve(users, async () =>
      (
        await users.auth.fetch(users.api.origin).catch((error: unknown) => {
          errors.push(error);
          throw error;
        })
      ).text(),
    );
    const [status, text] = await call('mallory-token');
    expect(status).toBe(401);
    expect(errors).toMatchObject([{ code: 'subject_token_refused', client: 'ledger' }]);
    expect(exposedSecrets([text, errors], ['mallory-token'])).toEqual([]);
  });
});
