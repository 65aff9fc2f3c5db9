import type { HeldSession, Session } from '../grants/session-keeper.ts';
import { StoreUnavailable } from './guarded-store.ts';
import type { SessionEntries, SessionEntry } from './session-entries.ts';
import { digestOf, type StoredSession, withSpent } from './stored-session.ts';

/** A session in the store while its lock is held. Each change counts only if nobody else has made one. */
export class SessionInStore implements HeldSession {
  readonly kept = 'shared';
  readonly session: Session | undefined;
  readonly #at: string;
  readonly #entries: SessionEntries;
  readonly #before: StoredSession;
  #present: SessionEntry;
  #used: string | undefined;

  constructor(at: string, entries: SessionEntries, present: SessionEntry) {
    this.#at = at;
    this.#entries = entries;
    this.#present = present;
    this.#before = present.stored;
    // Whoever was using it has never told the end: its refresh token may have been exchanged.
    this.session = present.stored.inUse ? undefined : present.stored.session;
  }

  isSpent(refreshToken: string): boolean {
    const { spent, inUse, session } = this.#present.stored;
    // What may be on its way just now is as good as gone.
    const onItsWay = inUse && session?.refreshToken === refreshToken && this.#used !== refreshToken;
    return onItsWay || spent.includes(digestOf(refreshToken));
  }

  async use(refreshToken: string): Promise<boolean> {
    if (this.#used === refreshToken) return true;
    const { session } = this.#before;
    const reusable = session?.refreshToken === refreshToken && session.reusable;
    const marked = this.#next({ inUse: true, session: { refreshToken, reusable } });
    try {
      const next = await this.#entries.replace(this.#at, this.#present, marked);
      if (next === undefined) return false;
      this.#present = next;
      this.#used = refreshToken;
      return true;
    } catch (error) {
      if (error instanceof StoreUnavailable) return false;
      throw error;
    }
  }

  restore(): Promise<void> {
    const { session, spent } = this.#before;
    return this.#used === undefined ? Promise.resolve() : this.#settle({ inUse: false, session, spent });
  }

  keep(session: Session): Promise<void> {
    const { session: kept, inUse } = this.#present.stored;
    if (!inUse && kept?.refreshToken === session.refreshToken) return Promise.resolve();
    const exchanged = this.#used === session.refreshToken ? undefined : this.#used;
    const spent = withSpent(this.#present.stored.spent, exchanged);
    return this.#settle({ inUse: false, session, spent });
  }

  end(last?: string): Promise<void> {
    const spent = withSpent(this.#present.stored.spent, last);
    return this.#settle({ inUse: false, session: undefined, spent });
  }

  async #settle(change: Partial<StoredSession>): Promise<void> {
    const stored = this.#next(change);
    this.#present = await this.#entries.settle(this.#at, this.#present, stored);
    this.#used = undefined;
  }

  #next(change: Partial<StoredSession>): StoredSession {
    const { stored } = this.#present;
    return { ...stored, ...change, generation: stored.generation + 1 };
  }
}
