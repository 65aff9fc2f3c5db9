import type { Clock } from './clock.ts';

/** Renews the client's own token without its being used: at the moment when its first use would. */
export class KeepWarm {
  readonly #clock: Clock;
  readonly #renew: () => void;
  #cancel: () => void = () => undefined;
  #ended = false;

  constructor(clock: Clock, renew: () => void) {
    this.#clock = clock;
    this.#renew = renew;
  }

  /** The token was got, or its renewal put off. */
  due({ dueAt }: { readonly dueAt: number }): void {
    this.#cancel();
    if (this.#ended) return;
    // Nobody waits for it.
    const options = { unref: true };
    this.#cancel = this.#clock.after(Math.max(0, dueAt - this.#clock.now()), this.#renew, options);
  }

  end(): void {
    this.#ended = true;
    this.#cancel();
  }
}
