import { AsyncResource } from 'node:async_hooks';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { untilAborted } from '../until-aborted.ts';

// A flight serves many callers, so it runs in none of their async contexts.
const outside = new AsyncResource('OutboundAuthFlight');

/** One piece of work for a key at a time, shared by all who ask for it meanwhile. */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, Promise<Result>>();
  readonly #client: string;
  #closed: string | undefined;

  constructor(client: string) {
    this.#client = client;
  }

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /** The end of the flight of this key, however it ends; at once if there is none. */
  async end(key: string): Promise<void> {
    await Promise.allSettled([this.#flights.get(key)]);
  }

  /**
   * Waits for the flight of this key, and starts it if there is none. Each caller gets an error object of its own; a
   * caller's abort ends its own wait alone.
   */
  async join(key: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    try {
      return await untilAborted(this.#flights.get(key) ?? this.#start(key, work), signal);
    } catch (error) {
      throw isOutboundAuthError(error) ? error.copy() : error;
    }
  }

  /** Refuses new flights, saying why, and waits for those under way. */
  async close(because: string): Promise<void> {
    this.#closed ??= because;
    await Promise.allSettled(this.#flights.values());
  }

  #start(key: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#closed !== undefined) {
      const message = `client '${this.#client}': no token is requested any more, because ${this.#closed}`;
      throw new OutboundAuthError(message, { code: 'closed', client: this.#client });
    }
    let begin = (): void => undefined;
    const flight = new Promise<Result>((resolve) => {
      begin = () => {
        resolve(outside.runInAsyncScope(work));
      };
    }).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    // Only now: the work emits events, and a listener that asks for the same token joins this flight.
    begin();
    // When every caller has given up, nobody is left to take a failure: it was told by an event.
    flight.catch(() => undefined);
    return flight;
  }
}
