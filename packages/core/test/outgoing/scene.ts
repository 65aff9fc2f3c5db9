import {
  type AuthorizationServer,
  manualClock,
  type ManualClock,
  type ProtectedApi,
  startAuthorizationServer,
  startProtectedApi,
} from '@outbound-auth/testing';
import { onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import type { ClientOptions, OutboundAuthOptions } from '../../src/options/options.ts';
import type { OutboundAuth } from '../../src/outbound-auth.ts';

/** An authorization server, an API that it protects, a second one that nobody may attach to, and an auth for `/v2`. */
export interface Scene {
  readonly server: AuthorizationServer;
  readonly api: ProtectedApi;
  readonly elsewhere: ProtectedApi;
  readonly clock: ManualClock;
  readonly events: OutboundAuthEvent[];
  readonly auth: OutboundAuth<'billing'>;
}

export const apiKey = 'the-api-key-of-billing';
const clientSecret = 'the-secret-of-billing';

/** Everything runs on loopback and ends with the test. */
export async function startScene(
  client: Partial<ClientOptions> | ((origin: string) => Partial<ClientOptions>) = {},
  options: Partial<OutboundAuthOptions> = {},
): Promise<Scene> {
  const clock = manualClock();
  const server = await startAuthorizationServer({ clock });
  const api = await startProtectedApi({ verify: server });
  const elsewhere = await startProtectedApi({ verify: () => true });
  elsewhere.respondWith(() => ({ status: 200, body: 'elsewhere' }));
  const events: OutboundAuthEvent[] = [];
  const auth = createOutboundAuth({
    clock,
    onEvent: (event) => events.push(event),
    ...options,
    clients: {
      billing: {
        tokenEndpoint: server.tokenEndpoint,
        clientId: 'orders',
        clientSecret,
        attachTo: [`${api.origin}/v2`],
        headers: { 'x-api-key': apiKey },
        ...(typeof client === 'function' ? client(api.origin) : client),
      },
    },
  });
  onTestFinished(async () => {
    await Promise.all([server.close(), api.close(), elsewhere.close()]);
    await auth.close();
  });
  return { server, api, elsewhere, clock, events, auth };
}
