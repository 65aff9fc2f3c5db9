import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../error-details.ts';
import { OutboundAuthError } from '../errors.ts';
import { assertOutboundAuth } from '../is-outbound-auth.ts';
import { outboundFor } from '../outbound-for.ts';
import { showUrl } from '../redact.ts';
import { addressesOf, type ProxyOptions } from './destination.ts';
import { hold, refuseUnlessReleased } from './holding.ts';
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
   * Takes the caller's credentials off a request and gets the client's token for it. False if the caller has gone away
   * meanwhile: then there is nothing to proxy.
   *
   * @throws {OutboundAuthError} if none can be had.
   */
  readonly prepare: (request: IncomingMessage) => Promise<boolean>;
  /** The proxy's listeners. */
  readonly on: UpstreamListeners;
  /**
   * A listener of the server's `upgrade` event, around the proxy's own. The token counts when the connection is made.
   *
   * @param path Where the upstream is mounted; WebSockets elsewhere are left to others. Default: all are this upstream's.
   */
  readonly upgrade: (proxy: UpgradeHandler, path?: string) => UpgradeHandler;
}

// What a request came with, for another upstream that prepares it after the first has taken that off.
const authorizations = new WeakMap<IncomingMessage, string | undefined>();

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
 * export function middleware(auth: unknown): (request: IncomingMessage) => Promise<boolean> {
 *   const target = 'https://api.billing.example/v2';
 *   return upstreamFor(auth, 'middleware(auth)', 'billing', { target }).prepare;
 * }
 * ```
 */
export function upstreamFor(auth: unknown, where: string, name: string, options: UpstreamOptions): Upstream {
  assertOutboundAuth(auth, where);
  const client = auth.client(name);
  const { target, forward, subjectToken, onUpgradeError } = readUpstreamOptions(options, client, where);
  const serving = outboundFor<IncomingMessage>(auth, where, { subjectToken });
  const passages = new WeakMap<IncomingMessage, Passage>();

  const prepare = async (request: IncomingMessage): Promise<boolean> => {
    const authorization = request.headers.authorization ?? authorizations.get(request);
    authorizations.set(request, authorization);
    const passage = new Passage(request, forward);
    hold(request, where);
    const { run } = serving(authorization, request, request);
    await run(() => passage.prepare(auth, target, name));
    passages.set(request, passage);
    return !request.socket.destroyed;
  };
  const attach = (outgoing: ClientRequest, request: IncomingMessage, options: ProxyOptions | undefined): void => {
    const refuse = (code: ErrorCode, message: string): void => {
      outgoing.destroy(new OutboundAuthError(message, { code, client: name }));
    };
    const passage = passages.get(request);
    if (passage === undefined && authorizations.has(request)) {
      // Two upstreams listen to one proxy: it is the other's, which may have been called before or be called next.
      refuseUnlessReleased(outgoing, where);
      return;
    }
    if (passage === undefined) {
      const remedy =
        "mount it before the proxy, and for WebSockets put its upgrade() around the proxy's, without ws: true";
      refuse('invalid_call', `${where} has not seen this request: ${remedy}`);
      return;
    }
    const addresses = addressesOf(outgoing, options);
    if (addresses instanceof Error) {
      refuse('outside_attach_to', `${where}: ${addresses.message}`);
      return;
    }
    const [connected, named] = addresses;
    if (!client.covers(connected)) {
      const message = `client '${name}' may not be used for ${showUrl(connected)}, to which the proxy leads: it is outside attachTo`;
      refuse('outside_attach_to', message);
    } else if (!client.covers(named)) {
      const remedy = 'give the proxy changeOrigin: true, or add that host to attachTo';
      const message = `client '${name}' may not be used for ${showUrl(named)}, which the proxy's request names by its caller's Host header: ${remedy}`;
      refuse('outside_attach_to', message);
    } else passage.attach(outgoing);
  };
  return {
    prepare,
    on: {
      proxyReq: (outgoing, request, _response, options) => {
        attach(outgoing, request, options);
      },
      proxyReqWs: (outgoing, request, _socket, options) => {
        attach(outgoing, request, options);
      },
    },
    upgrade: (proxy, path) => upgrading(prepare, proxy, path, onUpgradeError),
  };
}
