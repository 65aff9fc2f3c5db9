import type { ClientOptions } from '@outbound-auth/core';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from './authorization-server.ts';
import { type ProtectedApi, startProtectedApi } from './protected-api.ts';

const clientId = 'upstream-client';
const clientSecret = 'upstream-client-secret';

/** A whole upstream system on loopback: an authorization server, and an API that takes its tokens. */
export interface Upstream extends AsyncDisposable {
  /** Who gives the tokens. */
  readonly server: AuthorizationServer;
  /** Who takes them. */
  readonly api: ProtectedApi;
  /** What to write into `createOutboundAuth({ clients })` for it. Its token goes to the whole of the API. */
  readonly client: ClientOptions & { readonly clientSecret: string };
  /** Stops both at once. */
  close(): Promise<void>;
}

/**
 * Starts an authorization server and an API that it protects, each on a free loopback port.
 *
 * @param options - for the authorization server; its `client` is registered beside `clients`, where there are some.
 * @example
 * ```ts
 * import { createOutboundAuth } from '@outbound-auth/core';
 * import { startUpstream } from '@outbound-auth/testing';
 *
 * await using billing = await startUpstream();
 * const auth = createOutboundAuth({ clients: { billing: billing.client } });
 * console.log((await auth.fetch(billing.api.origin)).status); // 200
 * ```
 */
export async function startUpstream(options?: AuthorizationServerOptions): Promise<Upstream> {
  const clients = options?.clients && { ...options.clients, [clientId]: clientSecret };
  const server = await startAuthorizationServer({ ...options, ...(clients && { clients }) });
  const api = await startProtectedApi({ verify: server });
  const close = async (): Promise<void> => {
    await Promise.all([server.close(), api.close()]);
  };
  return {
    server,
    api,
    client: { tokenEndpoint: server.tokenEndpoint, clientId, clientSecret, attachTo: [api.origin] },
    close,
    [Symbol.asyncDispose]: close,
  };
}
