import type { Clock } from '../clock.ts';
import { MemoryCache } from '../tokens/memory-cache.ts';

interface State {
  /** A token was dropped, and its successor has not been accepted yet. */
  tried: boolean;
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

  /** The API refused the present token. Says whether it may be dropped: not while the brake is on, nor when it comes on. */
  mayDrop(key: string): boolean {
    const now = this.#clock.now();
    const state = this.#states.get(key);
    if (state === undefined) {
      this.#states.set(key, { tried: true, until: 0, length: 0 });
      return true;
    }
    if (now < state.until) return false;
    if (!state.tried) {
      // Twice its length has passed without a 401: what was wrong then is over, and the next trouble starts anew.
      if (now >= state.until + 2 * state.length) state.length = 0;
      state.tried = true;
      return true;
    }
    state.length = Math.min(longest, state.length === 0 ? shortest : 2 * state.length);
    state.until = now + state.length;
    // When the time is over, one 401 may renew again.
    state.tried = false;
    return false;
  }

  /** Whether no API has refused a token lately: a healthy call pays for nothing more than this look. */
  get idle(): boolean {
    return this.#states.size === 0;
  }

  /** The API accepted the present token. */
  accepted(key: string): void {
    this.#states.delete(key);
  }
}
