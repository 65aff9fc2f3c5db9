import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { OutboundAuthError } from '../errors.ts';
import { assertOutboundAuth } from '../is-outbound-auth.ts';
import { outboundFor } from '../outbound-for.ts';
import { showUrl } from '../redact.ts';
import { destinationOf, type ProxyOptions } from './destination.ts';
import { Passage } from './passage.ts';
import { type UpgradeHandler, upgrading } from './upgrading.ts';
import { readUpstreamOptions, type UpstreamOptions } from './upstream-options.ts';

/** What a reverse proxy calls when it has made the request to the upstream: see `http-proxy`. */
export type ProxyRequestListener = (
  outgoing: ClientRequest,
  request: IncomingMessage,
  response: unknown,
  options?: ProxyOptions,
) => void;

/** What a reverse proxy is told, to put a client's token on what it sends. */
export interface UpstreamListeners {
  /** For each request. */
  readonly proxyReq: ProxyRequestListener;
  /** For each WebSocket. */
  readonly proxyReqWs: (
    outgoing: ClientRequest,
    request: IncomingMessage,
    socket: Duplex,
    options?: ProxyOptions,
  ) => void;
}

/** One upstream behind a reverse proxy. */
export interface Upstream {
  /**
   * Takes the caller's credentials off a request and gets the client's token for it.
   *
   * @throws {OutboundAuthError} if none can be had.
   */
  readonly prepare: (request: IncomingMessage) => Promise<void>;
  /** The proxy's listeners. */
  readonly on: UpstreamListeners;
  /**
   * A listener of the server's `upgrade` event, around the proxy's own. The token counts when the connection is made.
   *
   * @param path Where the upstream is mounted; WebSockets elsewhere are left to others. Default: all are this upstream's.
   */
  readonly upgrade: (proxy: UpgradeHandler, path?: string) => UpgradeHandler;
}

/**
 * What a web framework's adapter needs to put a client's token on what a reverse proxy sends.
 *
 * @param where The adapter's call as a user writes it, for messages.
 * @throws {OptionsError} if `auth` isn't what `createOutboundAuth()` returns, or the target is outside the client's `attachTo`.
 * @throws {OutboundAuthError} with the code `unknown_client`.
 * @example
 * ```ts
 * import { upstreamFor } from '@outbound-auth/core';
 * import type { IncomingMessage } from 'node:http';
 *
 * export function middleware(auth: unknown): (request: IncomingMessage) => Promise<void> {
 *   const target = 'https://api.billing.example/v2';
 *   return upstreamFor(auth, 'middleware(auth)', 'billing', { target }).prepare;
 * }
 * ```
 */
export function upstreamFor(auth: unknown, where: string, name: string, options: UpstreamOptions): Upstream {
  assertOutboundAuth(auth, where);
  const client = auth.client(name);
  const { target, forward } = readUpstreamOptions(options, client, where);
  const serving = outboundFor(auth, where);
  const passages = new WeakMap<IncomingMessage, Passage>();

  const prepare = async (request: IncomingMessage): Promise<void> => {
    const { authorization } = request.headers;
    const passage = new Passage(request, forward);
    const { run } = serving(authorization);
    await run(() => passage.prepare(auth, target, name));
    passages.set(request, passage);
  };
  const attach = (
    outgoing: ClientRequest,
    request: IncomingMessage,
    options: ProxyOptions | undefined,
    answer: 'response' | 'upgrade',
  ): void => {
    const destination = destinationOf(outgoing, options, target);
    const passage = passages.get(request);
    if (passage === undefined) {
      const message = `${where} has not seen this request: mount it before the proxy, and for WebSockets put its upgrade() around the proxy's`;
      outgoing.destroy(new OutboundAuthError(message, { code: 'invalid_call', client: name }));
    } else if (destination instanceof Error || !client.covers(destination)) {
      const message =
        destination instanceof Error
          ? `${where}: ${destination.message}`
          : `client '${name}' may not be used for ${showUrl(destination)}, to which the proxy leads: it is outside attachTo`;
      outgoing.destroy(new OutboundAuthError(message, { code: 'outside_attach_to', client: name }));
    } else passage.attach(outgoing, answer);
  };
  return {
    prepare,
    on: {
      proxyReq: (outgoing, request, _response, options) => {
        attach(outgoing, request, options, 'response');
      },
      proxyReqWs: (outgoing, request, _socket, options) => {
        attach(outgoing, request, options, 'upgrade');
      },
    },
    upgrade: (proxy, path) => upgrading(prepare, proxy, path),
  };
}
