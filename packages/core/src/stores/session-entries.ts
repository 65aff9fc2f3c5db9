import { type Clock, pass } from '../clock.ts';
import type { EventListener } from '../events.ts';
import { type GuardedStore, StoreUnavailable } from './guarded-store.ts';
import type { Seal } from './seal.ts';
import { noSession, readSession, type StoredSession, writeSession } from './stored-session.ts';
import { tokenKey } from '../tokens/token-key.ts';

export interface SessionEntrySettings {
  readonly client: string;
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
}

// In milliseconds. A refresh token tells no lifetime of its own; servers give them days to months of rest.
const lifetime = 90 * 24 * 60 * 60_000;
// For so long a result is worth a try that the store didn't take: by then others have begun anew.
const patience = 60_000;
const pause = 500;

/** A client's sessions as they stand in the store. */
export class SessionEntries {
  readonly #settings: SessionEntrySettings;
  // Written, and not answered: what stands there may be ours, and means no more than what it took the place of.
  readonly #unanswered = new Map<string, SessionEntry>();
  // The ends of sessions that the store has not taken yet.
  readonly #unsettled = new Map<string, SessionEntry>();
  #closed = false;

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

  /** @throws {StoreUnavailable} */
  async read(at: string): Promise<SessionEntry> {
    const { store, seal, client, emit } = this.#settings;
    const { text, opened } = await store.work().do(async (given) => {
      const value = (await given.get(at))?.value;
      return { text: value, opened: value === undefined ? undefined : await seal.open(at, value) };
    });
    const own = this.#takeOwn(at, text);
    if (own !== undefined) return own;
    if (text === undefined) return { stored: noSession, text };
    const stored = opened === undefined ? undefined : readSession(opened, at);
    if (stored === undefined) emit({ type: 'store.entry_ignored', client });
    return { stored: stored ?? noSession, text };
  }

  /** Puts a session in the place of the present text. Undefined if that isn't there any more. @throws {StoreUnavailable} */
  async replace(at: string, present: SessionEntry, stored: StoredSession): Promise<SessionEntry | undefined> {
    const { store, seal } = this.#settings;
    const text = await seal.seal(at, writeSession(at, stored));
    this.#unanswered.set(at, { stored: present.stored, text });
    const done = await store.work().do(async (given) => given.replace?.(at, present.text, text, lifetime));
    this.#unanswered.delete(at);
    return done === true ? { stored, text } : undefined;
  }

  /** The same for what must not be lost: tried again behind the caller's back while the store doesn't answer. */
  async settle(at: string, present: SessionEntry, stored: StoredSession): Promise<SessionEntry> {
    const left = { stored, text: present.text };
    this.#unsettled.set(at, left);
    const settled = await this.#settled(at, left);
    if (settled === undefined) void this.#settleLater(at, left);
    return settled ?? left;
  }

  /** Gives up what the store has not taken. */
  close(): void {
    this.#closed = true;
  }

  async #settleLater(at: string, left: SessionEntry): Promise<void> {
    const { clock } = this.#settings;
    const until = clock.now() + patience;
    while (clock.now() < until && !this.#closed) {
      await pass(clock, pause);
      if ((await this.#settled(at, left)) !== undefined) return;
    }
    this.#unsettled.delete(at);
    this.#lose('the store did not take the new one in time');
  }

  /** What stands there, once there is nothing more to do; undefined while the store doesn't answer. */
  async #settled(at: string, left: SessionEntry): Promise<SessionEntry | undefined> {
    try {
      // Taken up by the next call of this process.
      if (this.#unsettled.get(at) !== left) return left;
      const next = await this.replace(at, left, left.stored);
      if (next !== undefined) this.#unsettled.delete(at);
      // Written although no answer came, or somebody else's by now.
      return next ?? (await this.read(at));
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  /** What this process knows of the text that stands there, and nobody else can know. */
  #takeOwn(at: string, text: string | undefined): SessionEntry | undefined {
    const unsettled = this.#unsettled.get(at);
    const unanswered = this.#unanswered.get(at);
    this.#unsettled.delete(at);
    this.#unanswered.delete(at);
    if (unsettled !== undefined) {
      if (unsettled.text === text) return unsettled;
      // The result itself was written: only the answer was lost.
      if (unanswered?.text === text) return undefined;
      this.#lose('another process has begun a new session meanwhile');
    }
    return unsettled === undefined && unanswered !== undefined && unanswered.text === text ? unanswered : undefined;
  }

  #lose(why: string): void {
    const { client, emit } = this.#settings;
    emit({ type: 'session.lost', client, why: `its refresh token is lost, for ${why}` });
  }
}
