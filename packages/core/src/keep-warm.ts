import type { Clock } from './clock.ts';
import { pauseLength } from './pause.ts';

/** Renews the client's own token without its being used: at the moment when its first use would. */
export class KeepWarm {
  readonly #clock: Clock;
  readonly #renew: () => Promise<unknown>;
  #cancel: (() => void) | undefined;
  #failures = 0;
  #ended = false;

  constructor(clock: Clock, renew: () => Promise<unknown>) {
    this.#clock = clock;
    this.#renew = renew;
  }

  /** The token was got, or its renewal put off. */
  due({ dueAt }: { readonly dueAt: number }): void {
    this.#after(dueAt - this.#clock.now());
  }

  end(): void {
    this.#ended = true;
    this.#cancel?.();
  }

  #after(milliseconds: number): void {
    this.#cancel?.();
    if (this.#ended) return;
    // Nobody waits for it.
    this.#cancel = this.#clock.after(Math.max(0, milliseconds), () => void this.#run(), { unref: true });
  }

  async #run(): Promise<void> {
    this.#cancel = undefined;
    try {
      await this.#renew();
      this.#failures = 0;
    } catch {
      // An event has told it. Where there is no token left whose renewal was put off, it is tried again all the same.
      this.#failures += 1;
      if (!this.#isWaiting()) this.#after(pauseLength(this.#failures, 1_000, 30_000));
    }
  }

  #isWaiting(): boolean {
    return this.#cancel !== undefined;
  }
}
