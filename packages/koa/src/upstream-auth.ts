import { type OutboundAuth, type Upstream, upstreamFor, type UpstreamOptions } from '@outbound-auth/core';
import type { ExtendableContext, Next } from 'koa';

/** A middleware for the place before a reverse proxy, with what the proxy and the server are to be told. */
export interface UpstreamAuthMiddleware extends Pick<Upstream, 'on' | 'upgrade'> {
  (context: ExtendableContext, next: Next): Promise<unknown>;
}

/**
 * Koa middleware for the place before a reverse proxy, such as `koa-proxies`: it takes the caller's `Authorization` and
 * cookies off each request and has the proxy send a client's token in their place, to addresses in the client's `attachTo`
 * alone. What the upstream refuses with 401 is handed on, and the next request gets a new token.
 *
 * Give the proxy `on` as its events, or nothing is sent, and `changeOrigin: true`; for WebSockets, put `upgrade` around the proxy's own.
 * Each request is looked at as it goes out: where it goes, and the host that it names, have to be in `attachTo`. One that
 * isn't sent fails by the proxy's own `error` event.
 *
 * The client is one of `clients`, whoever the request is for: `resolve` has no say, and tenants have no upstream. Clients
 * with `dpop` can't be had; a client certificate is for the proxy's own `agent` to show.
 *
 * @throws {OptionsError} if the target is outside the client's `attachTo`, or another option is not what it should be.
 * @throws {OutboundAuthError} with the code `unknown_client`.
 * @example
 * ```ts
 * import type { OutboundAuth } from '@outbound-auth/core';
 * import { upstreamAuth } from '@outbound-auth/koa';
 * import Koa from 'koa';
 * import proxies from 'koa-proxies';
 *
 * export function gateway(auth: OutboundAuth<'billing'>): Koa {
 *   const target = 'https://api.billing.example/v2';
 *   const billing = upstreamAuth(auth, 'billing', { target });
 *   return new Koa().use(billing).use(proxies('/', { target, changeOrigin: true, events: billing.on }));
 * }
 * ```
 */
export function upstreamAuth<Name extends string>(
  auth: OutboundAuth<Name>,
  name: NoInfer<Name>,
  options: UpstreamOptions,
): UpstreamAuthMiddleware {
  const { prepare, on, upgrade } = upstreamFor(auth, `upstreamAuth(auth, '${name}')`, name, options);
  const middleware = async (context: ExtendableContext, next: Next): Promise<unknown> => {
    return (await prepare(context.req)) ? next() : undefined;
  };
  return Object.assign(middleware, { on, upgrade });
}
