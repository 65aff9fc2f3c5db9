import { pass } from '../clock.ts';
import { type HeldSession, type SessionKeeper, unkeptSession } from '../grants/session-keeper.ts';
import type { Random } from '../random.ts';
import { StoreUnavailable } from './guarded-store.ts';
import { HeldLock } from './held-lock.ts';
import { lockPause } from './lock-pause.ts';
import { SessionEntries, type SessionEntrySettings, UnreadableSession } from './session-entries.ts';
import { SessionInStore } from './session-in-store.ts';
import { UnsettledSessions } from './unsettled-sessions.ts';

export interface StoredSessionSettings extends SessionEntrySettings {
  readonly random: Random;
  /** How long whoever waits for a session's lock does so, in milliseconds. */
  readonly lockTimeout: number;
}

const unreadable =
  'what the store holds of its session cannot be read: is it encrypted with a key that this process does not have? Add that to encryptionKeys';
const unanswered = 'the store, where its session is kept, does not answer';

/** Sessions that processes share: read, used and replaced under their lock alone. */
export class StoredSessions implements SessionKeeper {
  readonly #settings: StoredSessionSettings;
  readonly #entries: SessionEntries;
  readonly #sessions: UnsettledSessions;
  #told = false;

  constructor(settings: StoredSessionSettings) {
    this.#settings = settings;
    this.#entries = new SessionEntries(settings);
    this.#sessions = new UnsettledSessions(this.#entries, settings.clock);
  }

  async take<Result>(id: string, work: (held: HeldSession) => Promise<Result>): Promise<Result> {
    const { store, seal } = this.#settings;
    if (!seal.encrypts) return work(this.#unkept('the store keeps refresh tokens only encrypted; give encryptionKeys'));
    if (!store.locks)
      return work(this.#unkept('a refresh token is used by one process at a time, and the store has no lock'));
    const at = this.#entries.keyOf(id);
    const lock = await this.#lock(at);
    if (typeof lock === 'string') return work(outOfReach(lock));
    try {
      return await this.#sessions.during(at, async () => work(await this.#held(at)));
    } finally {
      await lock.release();
    }
  }

  /** Ends what goes on behind those who wait. */
  close(): void {
    this.#sessions.close();
  }

  async #held(at: string): Promise<HeldSession> {
    try {
      return new SessionInStore(at, this.#sessions, await this.#sessions.read(at));
    } catch (error) {
      if (error instanceof UnreadableSession) return outOfReach(unreadable);
      if (error instanceof StoreUnavailable) return outOfReach(unanswered);
      throw error;
    }
  }

  /** Or why it can't be had: nobody goes without it. */
  async #lock(at: string): Promise<HeldLock | string> {
    const { store, clock, random, lockTimeout } = this.#settings;
    const waitUntil = clock.now() + lockTimeout;
    const work = store.work();
    try {
      for (let round = 0; clock.now() < waitUntil; round += 1) {
        const lock = await HeldLock.take({ key: at, clock, store }, work, round > 0);
        if (lock !== undefined) return lock;
        await pass(clock, lockPause(round, random));
      }
    } catch (error) {
      if (error instanceof StoreUnavailable) return unanswered;
      throw error;
    }
    return 'other processes have used its session all the time (lockTimeout)';
  }

  #unkept(why: string): HeldSession {
    const { client, emit } = this.#settings;
    return unkeptSession(() => {
      if (this.#told) return;
      this.#told = true;
      emit({ type: 'session.lost', client, why });
    });
  }
}

function outOfReach(why: string): HeldSession {
  return unkeptSession(() => undefined, why);
}
