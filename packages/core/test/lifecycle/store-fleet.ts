import {
  manualClock,
  type ManualClock,
  memoryStore,
  type MemoryStore,
  startUpstream,
  type Upstream,
} from '@outbound-auth/testing';
import type { AuthorizationServerOptions } from '@outbound-auth/testing';
import { onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import type { ClientOptions, OutboundAuthOptions } from '../../src/options/options.ts';
import type { OutboundAuth } from '../../src/outbound-auth.ts';
import type { OutboundClient } from '../../src/outbound-client.ts';

/** One of many that share a store. */
export interface FleetProcess {
  readonly auth: OutboundAuth<'billing'>;
  readonly client: OutboundClient;
  readonly events: readonly OutboundAuthEvent[];
  readonly told: () => string[];
  /** Calls the API, and gives the status. */
  readonly call: () => Promise<number>;
}

/** Processes that share a store in memory, and a whole upstream system on loopback. */
export interface StoreFleet extends Upstream {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  /** Starts a process, whose client differs by this; one that authenticates otherwise has no secret. */
  readonly start: (client?: Partial<ClientOptions>, options?: Partial<OutboundAuthOptions>) => FleetProcess;
  /** What was asked of the store so far, in short. */
  readonly asked: () => string[];
  /** The texts that stand in the store now. */
  readonly texts: () => Promise<string[]>;
}

/** Starts the upstream system; its time, the store's and the processes' is the test's. */
export async function startStoreFleet(options?: AuthorizationServerOptions): Promise<StoreFleet> {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const upstream = await startUpstream({ clock, ...options });
  onTestFinished(() => upstream.close());
  const start: StoreFleet['start'] = (changes, given) => {
    const events: OutboundAuthEvent[] = [];
    const { clientSecret, ...others } = upstream.client;
    const secret = changes?.clientAuthentication === undefined ? { clientSecret } : {};
    const billing: ClientOptions = { ...others, ...secret, ...changes };
    const onEvent = (event: OutboundAuthEvent) => void events.push(event);
    const auth = createOutboundAuth({ random: () => 0, clock, store, onEvent, ...given, clients: { billing } });
    onTestFinished(() => closed(auth, clock));
    return {
      auth,
      client: auth.client('billing'),
      events,
      told: () => events.map(({ type }) => type),
      call: async () => (await auth.fetch(upstream.api.origin)).status,
    };
  };
  const texts = async () => {
    const keys = new Set(store.operations.map(({ key }) => key));
    const values = await Promise.all(Array.from(keys, (key) => store.get(key)));
    return values.flatMap((stored) => (stored === undefined ? [] : [stored.value]));
  };
  return { ...upstream, clock, store, start, asked: () => store.operations.map(({ name }) => name), texts };
}

/** Closes a process, with all the time that it takes. */
async function closed(auth: OutboundAuth<'billing'>, clock: ManualClock): Promise<void> {
  const state = { open: true };
  const closing = auth.close().finally(() => (state.open = false));
  while (state.open) await clock.advance(100);
  await closing;
}
