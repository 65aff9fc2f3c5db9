import type { Clock } from '../clock.ts';
import type { EventListener } from '../events.ts';
import { MemoryCache } from '../memory-cache.ts';
import { tokenKey } from '../tokens/token-key.ts';
import { type GuardedStore, StoreUnavailable } from './guarded-store.ts';
import { readValue } from './read-value.ts';
import type { Seal } from './seal.ts';
import type { TokenStore } from './token-store.ts';
import { noSession, readSession, type StoredSession, withSpent, writeSession } from './stored-session.ts';

export interface SessionEntrySettings {
  readonly client: string;
  /** Tells this client's sessions from those of others. */
  readonly clientKey: string;
  readonly clock: Clock;
  readonly emit: EventListener;
  readonly store: GuardedStore;
  readonly seal: Seal;
}

/** A session, and the text that it stands in; undefined where there is none. */
export interface SessionEntry {
  readonly stored: StoredSession;
  readonly text: string | undefined;
  /** Whether the text is a write of this process that got no answer. */
  readonly own?: boolean;
}

// In milliseconds. A refresh token tells no lifetime of its own; servers give them days to months of rest.
const lifetime = 90 * 24 * 60 * 60_000;
// As many as a client's memory cache keeps tokens by default.
const capacity = 10_000;

/**
 * A session is there, and this process can't read it. It is left alone: what a session begins with may be spent, and to
 * send that once more ends it for those who can.
 */
export class UnreadableSession extends StoreUnavailable {}

/** A client's sessions as they stand in the store. */
export class SessionEntries {
  readonly #settings: SessionEntrySettings;
  // Writes without an answer, by their text: what stands there may be ours, and means no more than what it took the place of.
  readonly #unanswered = new MemoryCache<Map<string, StoredSession>>(capacity);
  // What stood there last, for the day that the store loses it.
  readonly #known = new MemoryCache<StoredSession>(capacity);

  constructor(settings: SessionEntrySettings) {
    this.#settings = settings;
  }

  keyOf(id: string): string {
    const digest = tokenKey([
      ['client', this.#settings.clientKey],
      ['session', id],
    ]);
    return `session:${digest}`;
  }

  /** @throws {StoreUnavailable} and, for what stands there and can't be read, {UnreadableSession}. */
  async read(at: string): Promise<SessionEntry> {
    const { store, seal, client, emit } = this.#settings;
    // Once for each process: that takes longer than a store may.
    await seal.load?.();
    const look = async (given: TokenStore): Promise<Record<'text' | 'opened', string | undefined>> => {
      const text = (await readValue(given, at))?.value;
      return { text, opened: text === undefined ? undefined : await seal.open(at, text) };
    };
    const { text, opened } = await store.work().do(look, { access: 'read' });
    const meant = text === undefined ? undefined : this.#unanswered.get(at)?.get(text);
    if (meant !== undefined) return { stored: meant, text, own: true };
    if (text === undefined) return { stored: this.#remains(at), text };
    const stored = opened === undefined ? undefined : readSession(opened, at);
    if (stored === undefined) {
      emit({ type: 'store.entry_ignored', client });
      throw new UnreadableSession();
    }
    this.#known.set(at, stored);
    return { stored, text };
  }

  /** Puts a session in the place of the present text. Undefined if that isn't there any more. @throws {StoreUnavailable} */
  async replace(at: string, present: SessionEntry, stored: StoredSession): Promise<SessionEntry | undefined> {
    const unanswered = this.#unanswered.get(at) ?? new Map<string, StoredSession>();
    this.#unanswered.set(at, unanswered);
    const { done, text } = await this.#settings.store.work().do(async (given) => {
      const sealed = await this.#settings.seal.seal(at, writeSession(at, stored));
      unanswered.set(sealed, present.stored);
      return { done: await given.replace?.(at, present.text, sealed, lifetime), text: sealed };
    });
    unanswered.delete(text);
    if (done !== true) return undefined;
    // Each of those before was to take the place of a text that is gone.
    this.#unanswered.delete(at);
    this.#known.set(at, stored);
    return { stored, text };
  }

  /** Takes for true what the store will be told. */
  expect(at: string, stored: StoredSession): void {
    this.#known.set(at, stored);
  }

  lose(why: string): void {
    const { client, emit } = this.#settings;
    emit({ type: 'session.lost', client, why: `its refresh token is lost, for ${why}` });
  }

  /** What is left of a session whose entry is gone: the knowledge of what must not be sent again. */
  #remains(at: string): StoredSession {
    const known = this.#known.get(at);
    if (known === undefined) return noSession;
    const { session, spent } = known;
    // Others may have exchanged it since.
    const last = session?.reusable === false ? session.refreshToken : undefined;
    const remains: StoredSession = { ...noSession, spent: withSpent(spent, last) };
    this.#known.set(at, remains);
    if (last !== undefined) this.lose('the store has lost it');
    return remains;
  }
}
