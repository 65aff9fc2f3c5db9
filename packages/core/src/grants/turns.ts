/** Lets those who share something use it one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Does the work when all before it for the same key are done, however they ended.
   *
   * @param wait Waits for those before; if it fails, the turn is given up.
   */
  async take<Result>(
    key: string,
    work: () => Promise<Result>,
    wait: (before: Promise<void>) => Promise<void> = (before) => before,
  ): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    let end = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    // Those behind wait for both: a turn that was given up must not let them pass those before it.
    const turn = before.then(() => done);
    this.#last.set(key, turn);
    try {
      await wait(before);
      return await work();
    } finally {
      end();
      void turn.then(() => {
        if (this.#last.get(key) === turn) this.#last.delete(key);
      });
    }
  }
}
