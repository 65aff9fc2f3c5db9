import { exposedSecrets } from '@outbound-auth/testing';
import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { outboundFor } from '../../src/outbound-for.ts';
import { upstreamFor } from '../../src/upstream/upstream-for.ts';
import { problemsOf } from '../problems-of.ts';
import { apiKey, startScene } from '../outgoing/scene.ts';
import { connection, type Proxied, startProxied } from './proxied.ts';

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

function tokensOf({ server }: Proxied): string[] {
  return server.issuedTokens.map(({ accessToken }) => accessToken);
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

describe('a proxy’s request', () => {
  it('gets nothing by a listener that is not told the proxy’s options: where it goes can’t be known', async () => {
    const proxied = await startProxied();
    proxied.proxy = (outgoing, incoming) => {
      outgoing.on('socket', () => proxied.upstream.on.proxyReq(outgoing, incoming, undefined));
      incoming.pipe(outgoing);
    };
    expect(await proxied.call('/invoices')).toEqual([502, '']);
    expect(String(proxied.errors)).toContain('must be given all that the proxy gives them');
    expect(proxied.api.requests).toEqual([]);
  });

  it.each([
    ['path', (outgoing: { path: string }) => void (outgoing.path = '/v1/admin')],
    [
      'Host',
      (outgoing: { setHeader: (name: string, value: string) => unknown }) => outgoing.setHeader('host', 'evil.example'),
    ],
  ])('does not go out if its %s is changed after its token was put on it', async (_what, change) => {
    const proxied = await startProxied();
    proxied.proxy = (outgoing, incoming) => {
      outgoing.on('socket', () => {
        proxied.upstream.on.proxyReq(outgoing, incoming, undefined, proxied.options);
        change(outgoing);
      });
      incoming.pipe(outgoing);
    };
    expect(await proxied.call('/invoices')).toEqual([502, '']);
    expect(proxied.errors).toMatchObject([{ code: 'outside_attach_to' }]);
    expect(proxied.api.requests).toEqual([]);
  });

  it('does not go out if its path is changed after its token was put on it, to become a WebSocket', async () => {
    const proxied = await startProxied();
    proxied.proxy = (outgoing, incoming) => {
      proxied.upstream.on.proxyReqWs(outgoing, incoming, connection(), proxied.options);
      outgoing.path = '/v1/admin';
      outgoing.end();
    };
    expect(await proxied.call('/invoices')).toEqual([502, '']);
    expect(proxied.errors).toMatchObject([{ code: 'outside_attach_to' }]);
    expect(proxied.api.requests).toEqual([]);
  });

  it('does not go out once its headers are on their way, and the error shows no token', async () => {
    const proxied = await startProxied();
    proxied.proxy = (outgoing, incoming) => {
      outgoing.write('too early');
      outgoing.on('socket', () => proxied.upstream.on.proxyReq(outgoing, incoming, undefined, proxied.options));
    };
    expect(await proxied.call('/invoices', { method: 'POST' }, 'x')).toEqual([502, '']);
    expect(String(proxied.errors)).toContain('already on their way');
    expect(proxied.api.requests).toEqual([]);
    expect(exposedSecrets(proxied.errors, [apiKey, ...tokensOf(proxied)])).toEqual([]);
  });

  it('may name another host than it goes to where that is in attachTo too', async () => {
    const proxied = await startProxied({}, {}, ['http://localhost:9/v2/shown']);
    const { proxy } = proxied;
    proxied.proxy = (outgoing, incoming) => {
      outgoing.setHeader('host', 'localhost:9');
      proxy(outgoing, incoming);
    };
    expect((await proxied.call('/shown/invoices'))[0]).toBe(200);
    expect((await proxied.call('/invoices'))[0]).toBe(502);
    expect(String(proxied.errors)).toContain('changeOrigin: true');
    expect(proxied.api.requests.map(({ headers }) => headers['host'])).toEqual(['localhost:9']);
  });

  it('waits for its token where it has its socket already', async () => {
    const proxied = await startProxied();
    proxied.proxy = (outgoing, incoming) => {
      outgoing.on('socket', () => {
        proxied.upstream.on.proxyReq(outgoing, incoming, undefined, proxied.options);
        setImmediate(() => incoming.pipe(outgoing));
      });
    };
    const [status, body] = await proxied.call('/invoices', { method: 'POST' }, 'an invoice');
    expect([status, body]).toEqual([200, expect.stringContaining('"body":"an invoice"')]);
  });

  it('is sent once: a 401 is told of, and no token is got for it', async () => {
    const proxied = await startProxied();
    proxied.api.respondOnce({ status: 401 });
    expect((await proxied.call('/invoices'))[0]).toBe(401);
    expect(proxied.events.slice(-2)).toMatchObject([
      { type: 'token.rejected', client: 'billing' },
      { type: 'unauthorized.handed_on', reason: 'body_cannot_be_sent_again' },
    ]);
    expect(proxied.server.requests).toHaveLength(1);
  });

  it('gets the token of every upstream that prepared it from that upstream alone', async () => {
    const proxied = await startProxied();
    const { upstream, auth, options } = proxied;
    const second = upstreamFor(auth, 'upstreamAuth(auth)', 'billing', options);
    proxied.proxy = (outgoing, incoming) => {
      outgoing.on('socket', () => {
        second.on.proxyReq(outgoing, incoming, undefined, options);
        upstream.on.proxyReq(outgoing, incoming, undefined, options);
      });
      incoming.pipe(outgoing);
    };
    expect(await proxied.call('/invoices')).toEqual([502, '']);
    expect(String(proxied.errors)).toContain('has not seen this request');
  });

  it('leaves what is piped to anything else than a request as it is', async () => {
    const proxied = await startProxied();
    let piped: IncomingMessage | undefined;
    proxied.proxy = (outgoing, incoming) => {
      piped = incoming;
      outgoing.on('socket', () => proxied.upstream.on.proxyReq(outgoing, incoming, undefined, proxied.options));
      const parts: string[] = [];
      incoming.setEncoding('utf8').on('data', (part: string) => parts.push(part));
      incoming.on('end', () => outgoing.end(parts.join('')));
    };
    const [, body] = await proxied.call('/invoices', { method: 'POST' }, 'an invoice');
    expect(body).toContain('"body":"an invoice"');
    expect(piped?.complete).toBe(true);
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
