import { type Clock, pass } from '../clock.ts';
import { StoreUnavailable } from './guarded-store.ts';
import type { SessionEntries, SessionEntry } from './session-entries.ts';
import type { StoredSession } from './stored-session.ts';

// In milliseconds. For so long a result is worth a try that the store didn't take: by then others have begun anew.
const patience = 60_000;
const pause = 500;

/** The ends of sessions' uses, which must not be lost: tried again behind the callers' backs until the store takes them. */
export class UnsettledSessions {
  readonly #entries: SessionEntries;
  readonly #clock: Clock;
  readonly #unsettled = new Map<string, SessionEntry>();
  // In the hands of a call, which may do it, or undo it.
  readonly #taken = new Set<string>();

  constructor(entries: SessionEntries, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  /** What stands in the store for a call that holds the lock, with what this process has to tell. @throws {StoreUnavailable} */
  async read(at: string): Promise<SessionEntry> {
    const present = await this.#entries.read(at);
    const left = this.#unsettled.get(at);
    if (left === undefined) return present;
    if (left.text === present.text) return left;
    this.#unsettled.delete(at);
    this.#tellLoss(left, present);
    return present;
  }

  /** Keeps what is to be told out of the way of a call. */
  async during<Result>(at: string, work: () => Promise<Result>): Promise<Result> {
    this.#taken.add(at);
    try {
      return await work();
    } finally {
      this.#taken.delete(at);
    }
  }

  /** Puts a session in the place of the present one. @throws {StoreUnavailable} */
  async replace(at: string, present: SessionEntry, stored: StoredSession): Promise<SessionEntry | undefined> {
    const next = await this.#entries.replace(at, present, stored);
    if (next !== undefined) this.#unsettled.delete(at);
    return next;
  }

  /** The same for what must not be lost. */
  async settle(at: string, present: SessionEntry, stored: StoredSession): Promise<SessionEntry> {
    const left = { stored, text: present.text };
    this.#unsettled.set(at, left);
    this.#entries.expect(at, stored);
    const settled = await this.#settled(at, left);
    if (settled === undefined) void this.#settleLater(at, left);
    return settled ?? left;
  }

  /** Gives up what the store has not taken. */
  close(): void {
    for (const left of this.#unsettled.values()) this.#tellLoss(left, undefined);
    this.#unsettled.clear();
  }

  async #settleLater(at: string, left: SessionEntry): Promise<void> {
    const until = this.#clock.now() + patience;
    while (this.#clock.now() < until) {
      await pass(this.#clock, pause);
      if (this.#taken.has(at)) continue;
      if (this.#unsettled.get(at) !== left || (await this.#settled(at, left)) !== undefined) return;
    }
    if (this.#unsettled.get(at) !== left) return;
    this.#unsettled.delete(at);
    this.#tellLoss(left, undefined);
  }

  /** What stands there, once there is nothing more to do; undefined while the store doesn't answer. */
  async #settled(at: string, left: SessionEntry): Promise<SessionEntry | undefined> {
    try {
      for (let { text } = left; ;) {
        const next = await this.replace(at, { ...left, text }, left.stored);
        if (next !== undefined) return next;
        const present = await this.#entries.read(at);
        if (present.own !== true || present.text === text) {
          this.#unsettled.delete(at);
          this.#tellLoss(left, present);
          return present;
        }
        // Written before, although no answer came.
        text = present.text;
      }
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  #tellLoss({ stored: { session } }: SessionEntry, present: SessionEntry | undefined): void {
    const there = present?.stored.session?.refreshToken;
    if (session === undefined || session.refreshToken === there) return;
    this.#entries.lose(
      present === undefined
        ? 'the store did not take the new one in time'
        : 'another process has begun a new session meanwhile',
    );
  }
}
