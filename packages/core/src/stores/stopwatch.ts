import type { Clock } from '../clock.ts';

/** Adds up how long work took, in milliseconds; what goes on at the same time counts once. */
export class Stopwatch {
  readonly #clock: Pick<Clock, 'now'>;
  #before = 0;
  #running = 0;
  #since = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get total(): number {
    // A wall clock that was set back took no time away.
    return this.#before + (this.#running === 0 ? 0 : Math.max(0, this.#clock.now() - this.#since));
  }

  start(): void {
    if (this.#running === 0) this.#since = this.#clock.now();
    this.#running += 1;
  }

  stop(): void {
    const { total } = this;
    this.#running -= 1;
    if (this.#running === 0) this.#before = total;
  }
}
