import { assertOutboundAuth, type CallOptions, type OutboundAuth } from '@outbound-auth/core';
import { attachingAdapter, isAttachedBy } from './attaching-adapter.ts';
import type { AxiosConfigLike, AxiosLike } from './axios-like.ts';
import { siblingOf } from './sibling.ts';

/**
 * Puts access tokens on the calls of an Axios instance: those of the client whose `attachTo` covers the address, or that
 * `options` or the call's own `outboundAuth` name. Calls to addresses that no client covers go out as before.
 *
 * @param options - for calls without a choice of their own; a call that names another client or tenant takes none of them.
 * @returns a function that detaches again.
 * @throws {OutboundAuthError} with the code `unknown_client` for a name in `options` that `auth` doesn't have.
 * @throws {OptionsError} for an instance that isn't one of Axios, or an `auth` that `createOutboundAuth` didn't make.
 * @example
 * ```ts
 * import { attachOutboundAuth } from '@outbound-auth/axios';
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import axios from 'axios';
 *
 * const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 * });
 *
 * const http = axios.create();
 * attachOutboundAuth(http, auth);
 * export const invoices = () => http.get('https://api.billing.example/v2/invoices');
 * ```
 */
export function attachOutboundAuth<Name extends string>(
  instance: AxiosLike,
  auth: OutboundAuth<Name>,
  options: CallOptions<NoInfer<Name>> = {},
): () => void {
  assertOutboundAuth(auth, 'attachOutboundAuth(instance, auth)');
  // An unknown name is found here, and not by the first call.
  if (options.client !== undefined) auth.client(options.client);
  const sibling = siblingOf(instance);
  // As the adapter it is below everything else of Axios: other interceptors see one request and no token.
  const attach = <Config extends AxiosConfigLike>(config: Config): Config => {
    const { adapter, outboundAuth } = config;
    if (outboundAuth === false || isAttachedBy(auth, adapter)) return config;
    config.adapter = attachingAdapter({ auth, sibling, adapter, options: optionsOf(outboundAuth, options) });
    return config;
  };
  const { request } = instance.interceptors;
  // An asynchronous one would make all others asynchronous; it must not throw, for Axios 1.6 garbles the error then.
  const id = request.use(attach, undefined, { synchronous: true });
  return () => {
    request.eject(id);
  };
}

function optionsOf(own: CallOptions | undefined, defaults: CallOptions): CallOptions {
  if (own === undefined) return defaults;
  return namesAnother(own.client, defaults.client) || namesAnother(own.tenant, defaults.tenant)
    ? own
    : { ...defaults, ...own };
}

function namesAnother(own: string | undefined, other: string | undefined): boolean {
  return own !== undefined && own !== other;
}
