import type { Clock } from '../clock.ts';
import { MemoryCache } from '../memory-cache.ts';
import { leftOf } from '../pause.ts';

interface State {
  /** When a token was dropped whose successor has not been accepted yet. */
  triedAt: number | undefined;
  /** Until when 401s are handed on without dropping the token, in milliseconds since the epoch. */
  until: number;
  /** How long the brake was last on for, in milliseconds; 0 if it never was. */
  length: number;
}

const shortest = 5_000;
const longest = 60_000;

/** Keeps an API that always answers 401 from causing a storm of token requests. One state for a key and prefix. */
export class Brake {
  readonly #clock: Clock;
  readonly #states: MemoryCache<State>;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#states = new MemoryCache(capacity);
  }

  /** Whether no API has refused a token lately: a healthy call pays for nothing more than this look. */
  get idle(): boolean {
    return this.#states.size === 0;
  }

  /** Whether the brake is on: what the API refuses is handed on as it comes. */
  isOn(key: string): boolean {
    const state = this.#states.get(key);
    return state !== undefined && isOn(state, this.#clock.now());
  }

  /** The API refused the present token. Says whether it may be dropped: not while the brake is on, nor when it comes on. */
  mayDrop(key: string): boolean {
    const now = this.#clock.now();
    const state = this.#state(key);
    if (isOn(state, now)) return false;
    if (state.triedAt !== undefined && now - state.triedAt < shortest) {
      putOn(state, now);
      return false;
    }
    if (isForgotten(state, now)) state.length = 0;
    state.triedAt = now;
    return true;
  }

  /** The API refused the token that had just replaced the one that it refused before. */
  refusedAgain(key: string): void {
    const now = this.#clock.now();
    const state = this.#state(key);
    if (!isOn(state, now)) putOn(state, now);
  }

  /** The API accepted a token where it had refused the one before: what comes is new trouble. */
  cured(key: string): void {
    const state = this.#states.get(key);
    // Of two addresses behind one prefix one may be cured and the other never: what is on stays on.
    if (state !== undefined && !isOn(state, this.#clock.now())) this.#states.delete(key);
  }

  /** The API accepted a token, perhaps at another address than the one that refuses it. */
  accepted(key: string): void {
    const state = this.#states.get(key);
    const now = this.#clock.now();
    if (state === undefined || isOn(state, now)) return;
    if (state.triedAt !== undefined && now - state.triedAt < shortest) return;
    if (isForgotten(state, now)) this.#states.delete(key);
  }

  #state(key: string): State {
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = { triedAt: undefined, until: 0, length: 0 };
    this.#states.set(key, state);
    return state;
  }
}

function isOn(state: State, now: number): boolean {
  return leftOf(state, now) > 0;
}

/** Twice its length has passed without a 401: what was wrong then is over. */
function isForgotten({ until, length }: State, now: number): boolean {
  return now >= until + 2 * length;
}

function putOn(state: State, now: number): void {
  state.length = Math.min(longest, state.length === 0 ? shortest : 2 * state.length);
  state.until = now + state.length;
  // When the time is over, one 401 may renew again.
  state.triedAt = undefined;
}
