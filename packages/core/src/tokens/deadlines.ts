import type { Clock } from '../clock.ts';
import { untilGivenUp } from '../until-aborted.ts';

/** The time limits of many who wait, all equally long: those who begin in the same millisecond share a timer. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #length: number;
  #last: Deadline | undefined;

  /** @param length In milliseconds. */
  constructor(clock: Clock, length: number) {
    this.#clock = clock;
    this.#length = length;
  }

  /** The limit of one who begins to wait now, and says so when the wait has ended. */
  begin(): Deadline {
    const at = this.#clock.now() + this.#length;
    if (this.#last?.at !== at || this.#last.isOver) this.#last = new Deadline(this.#clock, this.#length, at);
    this.#last.join();
    return this.#last;
  }
}

export class Deadline {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly #waits = new Set<() => void>();
  readonly #cancel: () => void;
  #users = 0;
  #isOver = false;

  constructor(clock: Clock, length: number, at: number) {
    this.at = at;
    this.#cancel = clock.after(length, () => {
      this.#isOver = true;
      for (const tell of this.#waits) tell();
    });
  }

  /** Whether the time is over, or nobody waits any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  join(): void {
    this.#users += 1;
  }

  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#isOver = true;
    this.#cancel();
  }

  /** Waits for work until the time is over; the work goes on. @param late What is thrown then. */
  within<Result>(work: Promise<Result>, late: () => Error): Promise<Result> {
    return untilGivenUp(work, (giveUp) => {
      const tell = (): void => {
        giveUp(late());
      };
      this.#waits.add(tell);
      return () => this.#waits.delete(tell);
    });
  }
}
