/**
 * What is wrong with a store: `down` rejects, `hang` answers nothing until it has recovered, `read-only` rejects
 * whatever would write, locks too.
 */
export type StoreFault = 'down' | 'hang' | 'read-only';

/** The fault that a test has switched on, as operations meet it. */
export class StoreFaults {
  #fault: StoreFault | undefined;
  #hanging: (() => void)[] = [];

  get waiting(): number {
    return this.#hanging.length;
  }

  begin(fault: StoreFault): void {
    this.#fault = fault;
  }

  end(): void {
    this.#fault = undefined;
    for (const goOn of this.#hanging.splice(0)) goOn();
  }

  /** @throws {Error} where the fault stands in the way. */
  async pass(access: 'read' | 'write'): Promise<void> {
    if (this.#fault === 'down') throw new Error('the store is down');
    if (this.#fault === 'read-only' && access === 'write') throw new Error('the store is read-only');
    if (this.#fault === 'hang') await new Promise<void>((resolve) => void this.#hanging.push(resolve));
  }
}
