import type { Clock } from '../clock.ts';
import { leftOf } from '../pause.ts';
import { type GuardedStore, type StoreWork, StoreUnavailable } from './guarded-store.ts';
import type { StoreLock } from './token-store.ts';

// In milliseconds: whoever dies holds up the others no longer than this.
const lifetime = 3_000;
const extendAfter = 1_000;

/** A lock, and where it is had. */
export interface LockSettings {
  readonly key: string;
  readonly clock: Clock;
  readonly store: GuardedStore;
}

/** A lock that was won, kept for as long as its holder works. */
export class HeldLock {
  readonly #lock: StoreLock;
  readonly #settings: LockSettings;
  #lost = false;
  #until: number;
  #cancel: () => void = () => undefined;

  private constructor(lock: StoreLock, settings: LockSettings, askedAt: number) {
    this.#lock = lock;
    this.#settings = settings;
    this.#until = askedAt + lifetime;
    this.#extendLater();
  }

  /** Undefined if somebody else holds it. @throws {StoreUnavailable} */
  static async take(settings: LockSettings, work: StoreWork, waiting: boolean): Promise<HeldLock | undefined> {
    const askedAt = settings.clock.now();
    const tooLate = (lock: StoreLock | undefined): void => {
      // It ends by itself where even that fails.
      lock?.release().catch(() => undefined);
    };
    const lock = await work.do(async (store) => store.lock?.(settings.key, lifetime), {
      access: 'lock',
      waiting,
      tooLate,
    });
    return lock && new HeldLock(lock, settings, askedAt);
  }

  /** Whether somebody else may hold it by now. */
  get lost(): boolean {
    return this.#lost || leftOf({ until: this.#until, length: lifetime }, this.#settings.clock.now()) === 0;
  }

  /** Gives it back. Never fails: a lock ends by itself. */
  async release(): Promise<void> {
    this.#cancel();
    if (this.#lost) return;
    this.#lost = true;
    await this.#do((lock) => lock.release());
  }

  #extendLater(): void {
    this.#cancel = this.#settings.clock.after(extendAfter, () => void this.#extend(), { unref: true });
  }

  async #extend(): Promise<void> {
    const askedAt = this.#settings.clock.now();
    const kept = await this.#do((lock) => lock.extend(lifetime));
    if (kept === true) this.#until = askedAt + lifetime;
    else if (kept === false) this.#lost = true;
    if (!this.lost) this.#extendLater();
  }

  /** Undefined if the store doesn't answer: then the time that is left decides. */
  async #do<Result>(operation: (lock: StoreLock) => Promise<Result>): Promise<Result | undefined> {
    try {
      return await this.#settings.store.work().do(() => operation(this.#lock), { access: 'lock' });
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }
}
