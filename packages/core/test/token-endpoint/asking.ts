import {
  type AuthorizationServer,
  manualClock,
  type ManualClock,
  startAuthorizationServer,
} from '@outbound-auth/testing';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { isOutboundAuthError, type OutboundAuthError } from '../../src/errors.ts';
import { Nonces } from '../../src/nonces.ts';
import type { GrantRequest } from '../../src/token-endpoint/token-endpoint.ts';
import { HttpTokenEndpoint, type TokenEndpointSettings } from '../../src/token-endpoint/request.ts';
import type { AccessToken } from '../../src/tokens/access-token.ts';
import type { TokenRequest } from '../../src/tokens/token-source.ts';

/** A secret with odd characters, for those are the ones that an encoding hides. */
export const secret = 'p+a s/s:w%rd of "billing"';

/** A token request with no parameters. */
export const plainRequest: TokenRequest = {
  key: 'k',
  own: true,
  scope: undefined,
  audience: [],
  resource: [],
  parameters: [],
  subject: {},
  reason: 'absent',
};

/** A token endpoint on loopback, and a way to ask it. */
export interface Asking {
  readonly server: AuthorizationServer;
  readonly clock: ManualClock;
  readonly endpoint: HttpTokenEndpoint;
  /** Asks for a token with these parameters. */
  ask(request?: Partial<TokenRequest>, grant?: GrantRequest): Promise<AccessToken>;
}

/** Starts an authorization server, and an endpoint that asks it with these settings. */
export async function startAsking(
  settings: (server: AuthorizationServer) => Partial<TokenEndpointSettings> = () => ({}),
): Promise<Asking> {
  const server = await startAuthorizationServer();
  onTestFinished(() => server.close());
  const clock = manualClock();
  const given = { tokenEndpoint: new URL(server.tokenEndpoint), ...settings(server) };
  const endpoint = new HttpTokenEndpoint(settingsWith(clock, given));
  const ask: Asking['ask'] = async (request, grant) =>
    (await endpoint.request('client_credentials', { ...plainRequest, ...request }, grant)).accessToken;
  return { server, clock, endpoint, ask };
}

/** The settings of a client, these over the least. */
export function settingsWith(clock: ManualClock, settings: Partial<TokenEndpointSettings>): TokenEndpointSettings {
  return {
    name: 'billing',
    clientId: 'orders',
    authenticate: clientSecretBasic(secret),
    issuer: undefined,
    tokenEndpoint: undefined,
    revocationEndpoint: undefined,
    mutualTls: false,
    prepare: undefined,
    dpop: undefined,
    nonces: new Nonces(),
    tokenRequestFormat: 'form',
    tokenRequestHeaders: [],
    allowInsecureRequests: false,
    requestTimeout: 4_000,
    defaultLifetime: 300_000,
    fetch: (input, init) => fetch(input, init),
    clock,
    ...settings,
  };
}

/** A server on loopback that does to a connection what a scripted answer can't. Gives its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port');
  return `http://127.0.0.1:${address.port}`;
}

/** The error of a call that must fail, and by one of ours. */
export async function failureOf(call: Promise<unknown>): Promise<OutboundAuthError> {
  try {
    await call;
  } catch (error) {
    if (isOutboundAuthError(error)) return error;
    throw new Error('failed with another error than one of ours', { cause: error });
  }
  throw new Error('was expected to fail');
}

/** A promise, and the function that fulfils it. */
export function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
