import { exposedSecrets } from '@outbound-auth/testing';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { outboundFor } from '../../src/outbound-for.ts';
import { upstreamFor } from '../../src/upstream/upstream-for.ts';
import type { UpstreamOptions } from '../../src/upstream/upstream-options.ts';
import { problemsOf } from '../problems-of.ts';
import { apiKey, startScene } from '../outgoing/scene.ts';
import { connection, type Proxied, startProxied, tokensOf } from './proxied.ts';

/** A proxy on behalf of users; gives whose tokens arrived. */
async function ofUsers(): Promise<Proxied & { readonly arrived: () => unknown[] }> {
  const proxied = await startProxied({ grant: tokenExchange() });
  proxied.server.respondWith(({ parameters }) => ({
    body: { access_token: `for-${parameters.get('subject_token')}`, token_type: 'Bearer', expires_in: 3600 },
  }));
  proxied.api.respondWith(() => ({ status: 200 }));
  const arrived = (): unknown[] => proxied.api.requests.map(({ headers }) => headers['authorization']);
  return Object.assign(proxied, { arrived });
}

const ofAda = { headers: { authorization: 'Bearer of-ada' } };

describe('preparing', () => {
  it('takes what the caller came with off, in every form that a proxy may read', async () => {
    const proxied = await startProxied();
    const seen: unknown[] = [];
    let whole = '';
    const { proxy } = proxied;
    proxied.proxy = (outgoing, incoming) => {
      seen.push(incoming.headers, incoming.rawHeaders, incoming.headersDistinct);
      whole = inspect(incoming, { depth: 8 });
      proxy(outgoing, incoming);
    };
    const names = ['authorization', 'cookie', 'proxy-authorization', 'dpop'];
    const headers = Object.fromEntries(names.map((name) => [name.toUpperCase(), 'of-the-caller']));
    const answer = await proxied.call('/invoices', {
      headers: { ...headers, expect: '100-continue', 'X-Own': ['kept', 'too'] },
    });
    expect([proxied.errors, answer[0]]).toEqual([[], 200]);
    expect(inspect(seen)).not.toMatch(/of-the-caller|100-continue/);
    expect(inspect(seen).match(/kept/g)).toHaveLength(3);
    expect(whole).toMatch(/IncomingMessage/);
    expect(exposedSecrets([whole], [apiKey, ...tokensOf(proxied)])).toEqual([]);
  });

  it('acts for the user whose bearer token the request came with', async () => {
    const { call, arrived } = await ofUsers();
    await call('/x', ofAda);
    expect(arrived()).toEqual(['Bearer for-of-ada']);
  });

  it('acts for whom an adapter was told that the request is from: a session’s user, whatever the header says', async () => {
    const proxied = await ofUsers();
    const serving = outboundFor(proxied.auth, 'middleware(auth)', { subjectToken: () => 'of-grace' });
    proxied.around = (work, incoming) => serving(undefined, undefined, incoming).run(work);
    await proxied.call('/x', ofAda);
    expect(proxied.arrived()).toEqual(['Bearer for-of-grace']);
  });

  it('acts for whom its own function names, by the request that it is given', async () => {
    const subjectToken = async ({ headers }: IncomingMessage): Promise<string> => `of-${String(headers['x-session'])}`;
    const proxied = await startProxied({ grant: tokenExchange() }, { subjectToken });
    await proxied.call('/x', { headers: { ...ofAda.headers, 'x-session': 'grace' } });
    expect(proxied.server.requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['of-grace']);
  });

  it('takes the client that it was told, whatever is chosen for the request around it', async () => {
    const proxied = await startProxied();
    const serving = outboundFor(proxied.auth, 'middleware(auth)', {
      resolve: () => Promise.reject(new Error('asked')),
    });
    proxied.around = (work, incoming) => serving(undefined, undefined, incoming).run(work);
    expect((await proxied.call('/invoices'))[0]).toBe(200);
    expect(proxied.api.requests[0]?.headers['x-api-key']).toBe(apiKey);
  });
});

describe('E49 a WebSocket that is refused', () => {
  const asking = () => Object.assign(new IncomingMessage(new Socket()), { url: '/socket' });
  const upgradeOf = async (client: Partial<ClientOptions>, options: Partial<UpstreamOptions> = {}) => {
    const { upstream, server } = await startProxied(client, options);
    if (client.dpop)
      server.respondWith(() => ({ body: { access_token: 'bound', token_type: 'DPoP', expires_in: 60 } }));
    const handler = upstream.upgrade(() => expect.fail('the proxy was asked'));
    return async () => {
      const socket = connection();
      const ended = new Promise((resolve) => socket.once('end', resolve));
      handler(asking(), socket, Buffer.alloc(0));
      await ended;
      return socket.said().split('\r\n')[0];
    };
  };

  it('is told of by its option', async () => {
    const told: unknown[] = [];
    const onUpgradeError = (...given: unknown[]): void => void told.push(given);
    const upgrade = await upgradeOf({ grant: tokenExchange() }, { onUpgradeError });
    expect(await upgrade()).toBe('HTTP/1.1 401 Unauthorized');
    expect(told).toMatchObject([[{ code: 'subject_token_missing' }, { url: '/socket' }]]);
  });

  it('is a warning of the process, once, where the mistake is ours and nobody else is told', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const ofUsers = await upgradeOf({ grant: tokenExchange() });
    await ofUsers();
    expect(warn).not.toHaveBeenCalled();
    const wrong = await upgradeOf({ dpop: true });
    expect([await wrong(), await wrong()]).toEqual(Array(2).fill('HTTP/1.1 500 Internal Server Error'));
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining("a WebSocket was refused: client 'billing' binds its tokens by DPoP"),
        'OutboundAuthWarning',
      ],
    ]);
  });
});

it('names every mistake at the start', async () => {
  const { auth, api } = await startScene();
  const start = (options: unknown): string[] =>
    problemsOf(() => void Reflect.apply(upstreamFor, undefined, [auth, 'upstreamAuth(auth)', 'billing', options]));
  const target = `${api.origin}/v2`;
  expect(start({ target })).toEqual([]);
  expect(start({ target: new URL(target), forward: [] })).toEqual([]);
  expect(start(undefined).join()).toContain("must be an object such as { target: 'https://api.example' }");
  expect(start({}).join()).toContain('target: must be an address');
  expect(start({ target: api.origin }).join()).toContain("is outside the attachTo of client 'billing'");
  expect(start({ target: target.replace('//', '//user:word@') }).join()).toMatch(/must not hold user info/);
  expect(start({ target, forward: ['cookie', 'dpop'], forwards: [] })).toEqual([
    expect.stringContaining("forward[1]: must be 'authorization' or 'cookie'"),
    expect.stringContaining('forwards'),
  ]);
});
