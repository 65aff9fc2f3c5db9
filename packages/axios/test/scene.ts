import { createOutboundAuth, type ClientOptions, type OutboundAuth, type OutboundAuthEvent } from '@outbound-auth/core';
import {
  type AuthorizationServer,
  type ProtectedApi,
  startAuthorizationServer,
  startProtectedApi,
} from '@outbound-auth/testing';
import { onTestFinished } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import type { Build, Config, Instance } from './builds.ts';

/** An instance that is attached to, an API whose `/v2` it may call with tokens, and one that it may not. */
export interface Scene {
  readonly server: AuthorizationServer;
  readonly api: ProtectedApi;
  readonly elsewhere: ProtectedApi;
  readonly events: OutboundAuthEvent[];
  readonly auth: OutboundAuth<'billing'>;
  readonly http: Instance;
  readonly detach: () => void;
  /** Everything that must not show: the client's secret, its API key, and all tokens so far. */
  readonly secrets: () => string[];
}

export const apiKey = 'the-api-key-of-billing';
const clientSecret = 'the-secret-of-billing';

/** Everything runs on loopback and ends with the test. */
export async function startScene(
  build: Build,
  config: Config = {},
  client: (origins: { readonly api: string; readonly elsewhere: string }) => Partial<ClientOptions> = () => ({}),
): Promise<Scene> {
  const server = await startAuthorizationServer();
  const api = await startProtectedApi({ verify: server });
  const elsewhere = await startProtectedApi({ verify: server });
  const events: OutboundAuthEvent[] = [];
  const auth = createOutboundAuth({
    onEvent: (event) => events.push(event),
    clients: {
      billing: {
        tokenEndpoint: server.tokenEndpoint,
        clientId: 'orders',
        clientSecret,
        attachTo: [`${api.origin}/v2`],
        headers: { 'x-api-key': apiKey },
        ...client({ api: api.origin, elsewhere: elsewhere.origin }),
      },
    },
  });
  const http = build.create(config);
  const detach = attachOutboundAuth(http, auth);
  onTestFinished(async () => {
    // First, for a token request that breaks off is tried again after a while.
    await auth.close();
    await Promise.all([server.close(), api.close(), elsewhere.close()]);
  });
  const secrets = (): string[] => [clientSecret, apiKey, ...server.issuedTokens.map(({ accessToken }) => accessToken)];
  return { server, api, elsewhere, events, auth, http, detach, secrets };
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to fail');
}
