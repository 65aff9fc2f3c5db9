import type { Clock } from '../clock.ts';
import { OutboundAuthError } from '../errors.ts';
import type { EventListener } from '../events.ts';
import { leftOf, type Pause, pauseLength } from '../pause.ts';
import type { Random } from '../random.ts';
import { reasonOf } from '../redact.ts';
import { shownFault } from './shown-fault.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { TimeBudget } from './time-budget.ts';
import type { TokenStore } from './token-store.ts';

export interface GuardSettings {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: EventListener;
  /** How long all work of one call may take in the store, in milliseconds. */
  readonly storeTimeout: number;
}

/** What stands for the store's answer where there is none. Never seen by a caller. */
export class StoreUnavailable extends Error {}

/** What an operation shows of a store: one that can be read need not be locked, nor written to. */
export type StoreAccess = 'read' | 'lock' | 'write';

// In milliseconds: longer than a store of ours waits for what it was asked before.
const closeTimeout = 5_000;

const accesses: readonly StoreAccess[] = ['read', 'lock', 'write'];

interface Skipping extends Pause {
  readonly times: number;
  readonly access: StoreAccess;
}

/** A store that may be slow or down: it is tried for as long as a call can spare, and then left aside for a while. */
export class GuardedStore {
  readonly #store: TokenStore;
  readonly #settings: GuardSettings;
  #skipping: Skipping | undefined;
  #probe: StoreWork | undefined;
  #closing: Promise<void> | undefined;

  constructor(store: TokenStore, settings: GuardSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** Whether it has what sessions and fleets need. */
  get locks(): boolean {
    return this.#store.lock !== undefined && this.#store.replace !== undefined;
  }

  /** `up`, or what it is while calls go on without it. */
  get state(): 'up' | 'skipped' {
    return this.#skipping === undefined ? 'up' : 'skipped';
  }

  /** The work of one call. */
  work(): StoreWork {
    return new StoreWork(this.#store, this, this.#settings);
  }

  /** Closes it, once, and is not tried any more. Never fails, nor waits for ever: an event tells of what went wrong. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Whether this call may try the store: always when it is up, else one at a time, and not too soon. */
  admits(work: StoreWork): boolean {
    if (this.#closing !== undefined) return false;
    if (this.#skipping === undefined || this.#probe === work) return true;
    if (this.#probe !== undefined || leftOf(this.#skipping, this.#settings.clock.now()) > 0) return false;
    this.#probe = work;
    return true;
  }

  answered(work: StoreWork, access: StoreAccess): void {
    if (this.#skipping === undefined || this.#probe !== work) return;
    this.#probe = undefined;
    // A store that is read-only, or full, must not be told to be back each time that it is read.
    if (accesses.indexOf(access) < accesses.indexOf(this.#skipping.access)) return;
    this.#skipping = undefined;
    this.#settings.emit({ type: 'store.recovered' });
  }

  failed(work: StoreWork, access: StoreAccess, cause: Error | undefined): void {
    const { clock, random, emit } = this.#settings;
    if (this.#closing !== undefined) return;
    // What began before it was left aside tells nothing new, least of all while another is trying it.
    if (this.#skipping !== undefined && this.#probe !== work) {
      if (this.#probe !== undefined || leftOf(this.#skipping, clock.now()) > 0) return;
    }
    this.#probe = undefined;
    const times = (this.#skipping?.times ?? 0) + 1;
    const length = pauseLength(times, 1_000, 30_000) * (0.75 + 0.25 * random());
    this.#skipping = { times, access, length, until: clock.now() + length };
    if (times > 1) return;
    const message = `the store does not answer as it should: ${reasonOf(cause)}. Tokens are requested without it until it does`;
    emit({ type: 'store.failed', error: new OutboundAuthError(message, { code: 'store_unavailable', cause }) });
  }

  async #close(): Promise<void> {
    const { clock, emit } = this.#settings;
    const late = (): Error =>
      new OutboundAuthError(`it took longer than ${closeTimeout / 1_000} s`, { code: 'store_unavailable' });
    try {
      await withinTimeLimit(clock, closeTimeout, late, async () => this.#store.close?.());
    } catch (error) {
      const cause = shownFault(error);
      const message = `the store could not be closed: ${reasonOf(cause)}`;
      emit({ type: 'store.failed', error: new OutboundAuthError(message, { code: 'store_unavailable', cause }) });
    }
  }
}

/** How one operation is taken. */
export interface WorkOptions<Result> {
  /** Default: `write`. */
  readonly access?: StoreAccess;
  /** Of who waits for a lock anyway: its time doesn't count against the call's. */
  readonly waiting?: boolean;
  /** Takes what comes after all when nobody waits for it any more. */
  readonly tooLate?: (result: Result) => void;
}

/** All that one call does in the store, within one time limit. */
export class StoreWork {
  readonly #store: TokenStore;
  readonly #guard: GuardedStore;
  readonly #settings: GuardSettings;
  readonly #time: TimeBudget;

  constructor(store: TokenStore, guard: GuardedStore, settings: GuardSettings) {
    this.#store = store;
    this.#guard = guard;
    this.#settings = settings;
    this.#time = new TimeBudget(settings.clock, settings.storeTimeout);
  }

  /**
   * One operation, or several at once.
   *
   * @throws {StoreUnavailable} if the store doesn't answer in time, or not at all.
   */
  async do<Result>(
    operation: (store: TokenStore) => Promise<Result>,
    options: WorkOptions<Result> = {},
  ): Promise<Result> {
    const { access = 'write', waiting = false } = options;
    if (!this.#guard.admits(this)) throw new StoreUnavailable();
    const { clock, storeTimeout } = this.#settings;
    const time = waiting ? new TimeBudget(clock, storeTimeout) : this.#time;
    try {
      const result = await this.#within(time, operation, options);
      this.#guard.answered(this, access);
      return result;
    } catch (error) {
      this.#guard.failed(this, access, shownFault(error));
      throw new StoreUnavailable();
    }
  }

  #within<Result>(
    time: TimeBudget,
    operation: (store: TokenStore) => Promise<Result>,
    { tooLate }: WorkOptions<Result>,
  ): Promise<Result> {
    let over = false;
    const late = (): Error => {
      over = true;
      return new OutboundAuthError(`no answer within ${this.#settings.storeTimeout} ms (storeTimeout)`, {
        code: 'store_unavailable',
      });
    };
    return time.spend(late, async () => {
      const result = await operation(this.#store);
      if (over) tooLate?.(result);
      return result;
    });
  }
}
