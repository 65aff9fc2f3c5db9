import { exposedSecrets } from '@outbound-auth/testing';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { upstreamFor } from '../../src/upstream/upstream-for.ts';
import { apiKey } from '../outgoing/scene.ts';
import { connection, startProxied, tokensOf } from './proxied.ts';

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

  it.each([
    ['before it', true],
    ['after it', false],
  ])(
    'gets the token of the upstream that prepared it where another one, asked %s, listens too',
    async (_when, first) => {
      const proxied = await startProxied();
      const { upstream, auth, options } = proxied;
      const other = upstreamFor(auth, 'upstreamAuth(auth)', 'billing', options);
      proxied.proxy = (outgoing, incoming) => {
        outgoing.on('socket', () => {
          for (const { on } of first ? [other, upstream] : [upstream, other])
            on.proxyReq(outgoing, incoming, undefined, options);
        });
        incoming.pipe(outgoing);
      };
      expect((await proxied.call('/invoices'))[0]).toBe(200);
      expect(proxied.errors).toEqual([]);
    },
  );

  it('is not sent where only another upstream listens than the one that prepared it', async () => {
    const proxied = await startProxied();
    const kept = { headers: { connection: 'keep-alive' } };
    expect((await proxied.call('/invoices', kept))[0]).toBe(200);
    const other = upstreamFor(proxied.auth, 'upstreamAuth(auth)', 'billing', proxied.options);
    proxied.proxy = (outgoing, incoming) => {
      outgoing.on('socket', () => other.on.proxyReq(outgoing, incoming, undefined, proxied.options));
      outgoing.end();
    };
    expect(await proxied.call('/invoices', kept)).toEqual([502, '']);
    expect(String(proxied.errors)).toContain('nothing was put on the proxy');
    expect(proxied.api.requests).toHaveLength(1);
  });

  it('is not sent there either over a connection that is open already, to become a WebSocket', async () => {
    const proxied = await startProxied();
    const kept = { headers: { connection: 'keep-alive' } };
    expect((await proxied.call('/invoices', kept))[0]).toBe(200);
    const other = upstreamFor(proxied.auth, 'upstreamAuth(auth)', 'billing', proxied.options);
    proxied.proxy = (outgoing, incoming) => {
      other.on.proxyReqWs(outgoing, incoming, connection(), proxied.options);
      outgoing.end();
    };
    expect(await proxied.call('/invoices', kept)).toEqual([502, '']);
    expect(String(proxied.errors)).toContain('nothing was put on the proxy');
    expect(proxied.api.requests).toHaveLength(1);
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
