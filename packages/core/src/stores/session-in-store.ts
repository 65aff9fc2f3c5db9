import type { HeldSession, Session } from '../grants/session-keeper.ts';
import { StoreUnavailable } from './guarded-store.ts';
import type { SessionEntry } from './session-entries.ts';
import { digestOf, type StoredSession, withSpent } from './stored-session.ts';
import type { UnsettledSessions } from './unsettled-sessions.ts';

/** A session in the store while its lock is held. Each change counts only if nobody else has made one. */
export class SessionInStore implements HeldSession {
  readonly kept = 'shared';
  readonly session: Session | undefined;
  readonly #at: string;
  readonly #sessions: UnsettledSessions;
  readonly #before: StoredSession;
  #present: SessionEntry;
  #used: string | undefined;

  constructor(at: string, sessions: UnsettledSessions, present: SessionEntry) {
    const { inUse, session, spent } = present.stored;
    this.#at = at;
    this.#sessions = sessions;
    // Whoever was using it has never told the end: its refresh token may have been exchanged.
    this.session = inUse ? undefined : session;
    this.#before = { ...present.stored, spent: withSpent(spent, inUse ? session?.refreshToken : undefined) };
    this.#present = { ...present, stored: this.#before };
  }

  isSpent(refreshToken: string): boolean {
    return this.#present.stored.spent.includes(digestOf(refreshToken));
  }

  async use(refreshToken: string): Promise<boolean> {
    if (this.#used === refreshToken) return true;
    const { session } = this.#before;
    const reusable = session?.refreshToken === refreshToken && session.reusable;
    const marked = this.#next({ inUse: true, session: { refreshToken, reusable } });
    try {
      const next = await this.#sessions.replace(this.#at, this.#present, marked);
      if (next === undefined) return false;
      this.#present = next;
      this.#used = refreshToken;
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      // The mark may stand there all the same, and would keep all others away.
      await this.#settle(this.#before);
      return false;
    }
  }

  restore(): Promise<void> {
    return this.#used === undefined ? Promise.resolve() : this.#settle(this.#before);
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

  async #settle(change: Omit<StoredSession, 'generation'>): Promise<void> {
    this.#present = await this.#sessions.settle(this.#at, this.#present, this.#next(change));
    this.#used = undefined;
  }

  #next({ inUse, session, spent = this.#present.stored.spent }: Change): StoredSession {
    return { generation: this.#present.stored.generation + 1, inUse, session, spent };
  }
}

type Change = Omit<StoredSession, 'generation' | 'spent'> & Partial<Pick<StoredSession, 'spent'>>;
