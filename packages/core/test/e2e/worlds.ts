import { afterAll, beforeAll } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { ClientOptions, OutboundAuthOptions } from '../../src/options/options.ts';
import type { OutboundAuth } from '../../src/outbound-auth.ts';
import { type OidcProviderOptions, type OidcProviderServer, startOidcProvider } from '../servers/oidc-provider.ts';
import { startVerifyingApi, type VerifyingApi, type VerifyingApiOptions } from '../servers/protected-api.ts';

/** A real authorization server, and an API that verifies its tokens. */
export interface World {
  readonly server: OidcProviderServer;
  readonly api: VerifyingApi;
}

/** Starts both for the tests of a file. */
export function startWorld(options: OidcProviderOptions, apiOptions: VerifyingApiOptions = {}): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    const server = await startOidcProvider(options);
    world = { server, api: await startVerifyingApi(server, { tls: options.tls ?? false, ...apiOptions }) };
  });
  afterAll(async () => {
    await Promise.all([world?.api.close(), world?.server.close()]);
  });
  return () => {
    if (world === undefined) throw new Error('the servers run only while tests do');
    return world;
  };
}

/** An auth with one client, made for a world's server and API. */
export function authFor(
  { server, api }: World,
  client: Partial<ClientOptions>,
  options: Partial<OutboundAuthOptions> = {},
): OutboundAuth<'billing'> {
  const [resource = ''] = server.resources;
  const { clientSecret, ...others } = client;
  const billing: ClientOptions = {
    issuer: server.issuer,
    clientId: '',
    attachTo: [api.origin],
    resource,
    scope: 'invoices:read',
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...others,
  };
  return createOutboundAuth({ ...options, clients: { billing } });
}
