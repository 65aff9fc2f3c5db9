import { manualClock, type ManualClock, memoryStore, type MemoryStore } from '@outbound-auth/testing';
import { setImmediate } from 'node:timers/promises';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { GuardedStore } from '../../src/stores/guarded-store.ts';
import { plainTexts } from '../../src/stores/seal.ts';
import { SharedEntries } from '../../src/stores/shared-entries.ts';
import type { TokenStore } from '../../src/stores/token-store.ts';
import { HoldBack } from '../../src/tokens/hold-back.ts';
import { SharedTokenSource, type SharedSettings } from '../../src/tokens/shared.ts';
import { SharedFailures } from '../../src/tokens/shared-failures.ts';
import { ScriptedSource } from './scripted-source.ts';

/** A process: what it asks of the authorization server, which the test answers, and what it shares. */
export interface Process {
  readonly source: ScriptedSource;
  readonly shared: SharedTokenSource;
  readonly failures: SharedFailures;
  readonly holds: HoldBack;
  readonly guarded: GuardedStore;
  readonly events: readonly OutboundAuthEvent[];
  readonly told: () => string[];
}

export interface ProcessOptions extends Partial<SharedSettings> {
  /** What it shows the server. */
  readonly credential?: () => Promise<string | undefined>;
  /** Default: the fleet's. */
  readonly through?: TokenStore;
}

export interface Fleet {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly start: (options?: ProcessOptions) => Process;
}

/** Processes that share a store in memory, with the default settings and no chance. */
export function fleet(): Fleet {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const random = () => 0;
  const start = ({ credential, through = store, ...changes }: ProcessOptions = {}): Process => {
    const events: OutboundAuthEvent[] = [];
    const emit = (event: OutboundAuthEvent) => void events.push(event);
    const client = 'billing';
    const guarded = new GuardedStore(through, { clock, random, emit, storeTimeout: 250 });
    const entries = new SharedEntries({ client, clock, emit, seal: plainTexts, prove: undefined });
    const holds = new HoldBack({ client, clock, random, emit, capacity: 100 });
    const failures = new SharedFailures({
      clock,
      holds,
      entries,
      // The client's own token has the same.
      clientKey: 'own',
      credential: credential ?? (() => Promise.resolve('a digest')),
    });
    const source = new ScriptedSource();
    const settings: SharedSettings = {
      client,
      clock,
      random,
      emit,
      store: guarded,
      entries,
      failures,
      lockTimeout: 5_000,
      expiryMargin: 30_000,
      expiryMarginShare: 0.05,
      renewalMargin: 300_000,
      renewalMarginShare: 0.25,
      renewalJitter: 0.05,
      ...changes,
    };
    const shared = new SharedTokenSource(source, settings);
    return { source, shared, failures, holds, guarded, events, told: () => events.map(({ type }) => type) };
  };
  return { clock, store, start };
}

/** Waits for what others do, without any time passing. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await setImmediate();
}
