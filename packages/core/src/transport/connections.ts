import type { Dispatcher } from 'undici';

/** Connections that are made when first used; once retired, they end after the requests that use them. */
export class Connections {
  readonly #open: () => Promise<Dispatcher>;
  #dispatcher: Promise<Dispatcher> | undefined;
  #users = 0;
  #retired = false;

  constructor(open: () => Promise<Dispatcher>) {
    this.#open = open;
  }

  async use<Result>(send: (dispatcher: Dispatcher) => Promise<Result>): Promise<Result> {
    this.#users += 1;
    try {
      this.#dispatcher ??= this.#open();
      return await send(await this.#dispatcher);
    } finally {
      this.#users -= 1;
      this.#end();
    }
  }

  /** Nobody begins to use them any more. */
  retire(): void {
    this.#retired = true;
    this.#end();
  }

  #end(): void {
    // One that is closed takes no request, not even of those who hold it and are just about to send.
    if (!this.#retired || this.#users > 0) return;
    // Bodies that are still read end first; where none could be made, whoever wanted to use it was told.
    this.#dispatcher?.then((dispatcher) => dispatcher.close()).catch(() => undefined);
  }
}
