import { manualClock, type ManualClock, memoryStore, type MemoryStore } from '@outbound-auth/testing';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { OutboundAuthEvent } from '../../src/events.ts';
import type { HeldSession } from '../../src/grants/session-keeper.ts';
import type { Random } from '../../src/random.ts';
import { GuardedStore } from '../../src/stores/guarded-store.ts';
import type { Seal } from '../../src/stores/seal.ts';
import { StoredSessions } from '../../src/stores/stored-sessions.ts';
import type { TokenStore } from '../../src/stores/token-store.ts';

/** What processes share, and the processes. */
export interface Shared {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly seal: Seal;
  /** Another process; `store` is how it sees the store, or what stands in for it. */
  process(changes?: { readonly store?: TokenStore; readonly seal?: Seal; readonly random?: Random }): Process;
}

/** One process that uses sessions. */
export interface Process {
  readonly sessions: StoredSessions;
  readonly events: readonly OutboundAuthEvent[];
  /** Why sessions were lost, in words. */
  lost(): string[];
  /** Uses the session `grace` for as long as the work takes. */
  take<Result>(work: (held: HeldSession) => Promise<Result>): Promise<Result>;
  /** The refresh token that it would send next. */
  next(): Promise<string | undefined>;
  /** Begins a session. */
  begin(refreshToken: string): Promise<void>;
  /** Sends one refresh token and gets another. False if it must not be sent. */
  exchange(refreshToken: string, next: string): Promise<boolean>;
}

export function shared(): Shared {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const seal = sealAtOnce();
  return {
    clock,
    store,
    seal,
    process: (changes) => processOf({ clock, store, seal, ...changes }),
  };
}

/** Encrypts without a turn of the event loop, which a clock that is moved by hand would not wait for. */
export function sealAtOnce(): Seal {
  const secret = randomBytes(32);
  return {
    encrypts: true,
    seal: (key, text) => {
      const start = randomBytes(16);
      const cipher = createCipheriv('aes-256-gcm', secret, start).setAAD(Buffer.from(key));
      const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
      return Promise.resolve(Buffer.concat([start, cipher.getAuthTag(), sealed]).toString('base64'));
    },
    open: (key, sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 16));
      decipher.setAAD(Buffer.from(key)).setAuthTag(bytes.subarray(16, 32));
      try {
        return Promise.resolve(decipher.update(bytes.subarray(32), undefined, 'utf8') + decipher.final('utf8'));
      } catch {
        return Promise.resolve(undefined);
      }
    },
  };
}

function processOf(given: { clock: ManualClock; store: TokenStore; seal: Seal; random?: Random }): Process {
  const { clock, seal, random = () => 1 } = given;
  const events: OutboundAuthEvent[] = [];
  const emit = (event: OutboundAuthEvent) => void events.push(event);
  const store = new GuardedStore(given.store, { clock, random, emit, storeTimeout: 250 });
  const about = { client: 'billing', clientKey: 'a-client', lockTimeout: 5_000 };
  const sessions = new StoredSessions({ ...about, clock, random, emit, store, seal });
  const take: Process['take'] = (work) => sessions.take('grace', work);
  return {
    sessions,
    events,
    lost: () => events.flatMap((event) => (event.type === 'session.lost' ? [event.why] : [])),
    take,
    next: () => take((held) => Promise.resolve(held.session?.refreshToken)),
    begin: (refreshToken) => take((held) => held.keep({ refreshToken, reusable: false })),
    exchange: (refreshToken, next) =>
      take(async (held) => {
        const used = await held.use(refreshToken);
        if (used) await held.keep({ refreshToken: next, reusable: false });
        return used;
      }),
  };
}

/** The same store, of which answers get lost while `breaks` says so: what is asked is done all the same. */
export function withoutAnswers(store: MemoryStore, breaks: (name: 'replace') => boolean): TokenStore {
  return {
    ...store,
    replace: async (...args) => {
      const done = await store.replace(...args);
      if (breaks('replace')) throw new Error('the answer is lost');
      return done;
    },
  };
}

/** Empties a store of its texts. */
export async function loseTexts(store: MemoryStore): Promise<void> {
  const keys = new Set(store.operations.filter(({ name }) => name === 'replace').map(({ key }) => key));
  for (const key of keys) {
    const stored = await store.get(key);
    if (stored !== undefined) await store.delete(key, stored.value);
  }
}
