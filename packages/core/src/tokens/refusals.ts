import type { Clock } from '../clock.ts';
import { MemoryCache } from '../memory-cache.ts';
import type { AccessToken } from './access-token.ts';

interface Refusal {
  readonly value: string;
  readonly expiresAt: number;
}

interface Refused {
  readonly refusals: readonly Refusal[];
  readonly lately: boolean;
}

// For each key. One that goes before its time is refused once more at worst, and is noted again then.
const most = 4;

/** The tokens that were refused, until their own end: a store that takes no writes gives them out again. */
export class Refusals {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #refused: MemoryCache<Refused>;

  constructor(clock: Pick<Clock, 'now'>, capacity: number) {
    this.#clock = clock;
    this.#refused = new MemoryCache(capacity);
  }

  /** Their values, the latest last. */
  values(key: string): readonly string[] {
    return this.#of(key).map(({ value }) => value);
  }

  /** Whether one was refused since another was got. */
  lately(key: string): boolean {
    return this.#refused.get(key)?.lately === true;
  }

  add(key: string, { value, expiresAt }: AccessToken): void {
    const refusals = [...this.#without(key, value), { value, expiresAt }].slice(-most);
    this.#refused.set(key, { refusals, lately: true });
  }

  /** Another was got, or this one once more from whoever gives them. */
  got(key: string, { value }: AccessToken): void {
    if (this.#refused.get(key) === undefined) return;
    const refusals = this.#without(key, value);
    if (refusals.length === 0) this.#refused.delete(key);
    else this.#refused.set(key, { refusals, lately: false });
  }

  #without(key: string, value: string): readonly Refusal[] {
    return this.#of(key).filter((refusal) => refusal.value !== value);
  }

  #of(key: string): readonly Refusal[] {
    const now = this.#clock.now();
    return this.#refused.get(key)?.refusals.filter(({ expiresAt }) => now < expiresAt) ?? [];
  }
}
