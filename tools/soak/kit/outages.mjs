/**
 * The bad times of a token endpoint, counted from its first request on: the last `lasts` ms of every `every` ms, each with
 * the next of `kinds` ('503', 'reset', 'hang').
 */
export class Outages {
  #settings;
  #start;

  constructor(settings) {
    this.#settings = settings;
  }

  /** What is wrong now; undefined if nothing is. */
  fault(now) {
    if (this.#settings === undefined) return undefined;
    this.#start ??= now;
    const { every, lasts, kinds } = this.#settings;
    const passed = now - this.#start;
    if (passed % every < every - lasts) return undefined;
    return kinds[Math.floor(passed / every) % kinds.length];
  }
}
