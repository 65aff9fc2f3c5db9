import type { Clock } from '../clock.ts';

// In milliseconds. No timer is longer: one that comes late shows that the process itself was too busy to look, and the
// answer may be there. That counts no more than this.
const slice = 50;

/** Time that pieces of work share. What goes on at the same time counts once. */
export class TimeBudget {
  readonly #clock: Clock;
  readonly #running = new Set<() => void>();
  #left: number;
  #sliceSince = 0;
  #cancel = (): void => undefined;

  /** In milliseconds. */
  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#left = milliseconds;
  }

  /** Work that is not waited for when no time is left. @throws what `late` gives then. */
  async spend<Result>(late: () => Error, work: () => Promise<Result>): Promise<Result> {
    let end = (): void => undefined;
    const over = new Promise<never>((_resolve, reject) => {
      end = () => reject(late());
    });
    if (this.#running.size === 0) this.#begin();
    this.#running.add(end);
    try {
      return await Promise.race([work(), over]);
    } finally {
      this.#running.delete(end);
      if (this.#running.size === 0) this.#pause();
    }
  }

  #begin(): void {
    const length = Math.min(slice, this.#left);
    this.#sliceSince = this.#clock.now();
    this.#cancel = this.#clock.after(length, () => {
      this.#left -= length;
      if (this.#left > 0) this.#begin();
      else for (const end of this.#running) end();
    });
  }

  #pause(): void {
    this.#cancel();
    const passed = this.#clock.now() - this.#sliceSince;
    // A wall clock that was set says nothing of how long it took.
    this.#left -= Math.min(Math.max(0, passed), slice, this.#left);
  }
}
