const tick = 10;

/**
 * Does something so many times a second for so many seconds, and waits for all of it. Ticks that come late catch up, so
 * that the pace holds on the whole. `do` must not reject.
 */
export class Pace {
  #pending = new Set();
  #timer;
  #end;

  /** Ends early what is running; resolves when all that was begun is done. */
  async stop() {
    this.#end?.();
    await Promise.all(this.#pending);
  }

  async run(perSecond, seconds, work) {
    const start = performance.now();
    const all = Math.round(perSecond * seconds);
    let begun = 0;
    await new Promise((resolve) => {
      this.#end = resolve;
      this.#timer = setInterval(() => {
        const due = Math.min(all, Math.floor(((performance.now() - start) / 1_000) * perSecond));
        for (; begun < due; begun += 1) this.#begin(work);
        if (begun === all) resolve();
      }, tick);
    });
    clearInterval(this.#timer);
    await this.stop();
  }

  #begin(work) {
    const done = work().finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }
}
