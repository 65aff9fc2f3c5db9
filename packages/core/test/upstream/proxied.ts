import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { ClientOptions } from '../../src/options/options.ts';
import { type Upstream, upstreamFor } from '../../src/upstream/upstream-for.ts';
import type { UpstreamOptions } from '../../src/upstream/upstream-options.ts';
import { type Scene, startScene } from '../outgoing/scene.ts';

type Answer = readonly [status: number, body: string];

/** A server that leads to an API by a proxy of a few lines. */
export interface Proxied extends Scene {
  readonly upstream: Upstream;
  /** What the proxy's requests failed with. */
  readonly errors: unknown[];
  /** In which surroundings each request is prepared. */
  around: (work: () => Promise<unknown>, incoming: IncomingMessage) => Promise<unknown>;
  /** What the proxy does in place of calling the listener and sending the request on. */
  proxy: (outgoing: ClientRequest, incoming: IncomingMessage) => void;
  readonly call: (path: string, options?: RequestOptions, body?: string) => Promise<Answer>;
  /** What `http-proxy` tells its listeners of itself. */
  readonly options: { readonly target: string };
}

/** Everything runs on loopback and ends with the test. */
export async function startProxied(
  client: Partial<ClientOptions> = {},
  options: Partial<UpstreamOptions> = {},
  alsoAttachTo: readonly string[] = [],
): Promise<Proxied> {
  const scene = await startScene((origin) => ({ attachTo: [`${origin}/v2`, ...alsoAttachTo], ...client }));
  const target = `${scene.api.origin}/v2`;
  const upstream = upstreamFor(scene.auth, 'upstreamAuth(auth)', 'billing', { target, ...options });
  const errors: unknown[] = [];
  const server = createServer((incoming, response) => {
    const serve = async (): Promise<void> => {
      await proxied.around(() => upstream.prepare(incoming), incoming);
      const { method, url = '', headers } = incoming;
      const { host } = new URL(target);
      const outgoing = request(target, { path: `/v2${url}`, ...(method && { method }), headers: { ...headers, host } });
      outgoing.on('error', (error) => {
        errors.push(error);
        response.writeHead(502).end();
      });
      outgoing.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0)));
      proxied.proxy(outgoing, incoming);
    };
    serve().catch((error: unknown) => {
      errors.push(error);
      response.writeHead(500).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const proxied: Proxied = {
    ...scene,
    upstream,
    errors,
    options: { target },
    around: (work) => work(),
    proxy: (outgoing, incoming) => {
      outgoing.on('socket', () => {
        upstream.on.proxyReq(outgoing, incoming, undefined, { target });
      });
      incoming.pipe(outgoing);
    },
    call: async (path, init, body) => {
      const sent = request(`http://127.0.0.1:${address.port}${path}`, { agent: false, ...init });
      sent.end(body);
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve).once('error', reject);
      });
      const answer = await answered;
      return [answer.statusCode ?? 0, await text(answer)];
    },
  };
  return proxied;
}

/** The far end of a connection that asks to become a WebSocket. */
export function connection(): Duplex & { readonly said: () => string } {
  const socket = new PassThrough();
  const chunks: unknown[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  return Object.assign(socket, { said: () => chunks.map(String).join('') });
}

/** Whatever its client has been given. */
export function tokensOf({ server }: Proxied): string[] {
  return server.issuedTokens.map(({ accessToken }) => accessToken);
}
