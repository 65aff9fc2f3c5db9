import { AsyncResource } from 'node:async_hooks';
import { type Clock, keepingAlive } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { untilAborted } from '../until-aborted.ts';

// A flight serves many callers, so it runs in none of their async contexts.
const outside = new AsyncResource('OutboundAuthFlight');

export interface FlightSettings {
  readonly client: string;
  readonly clock: Clock;
  /** How long a flight may take, in milliseconds: an older one is of before the process slept. */
  readonly flightLimit: number;
}

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly startedAt: number;
}

/** Work for many; `isPresent` says whether it still is what newcomers join. */
export type FlightWork<Result> = (isPresent: () => boolean) => Promise<Result>;

/** One piece of work for a key at a time, shared by all who ask for it meanwhile. */
export class SingleFlight<Result> {
  readonly #settings: FlightSettings;
  readonly #flights = new Map<string, Flight<Result>>();
  // Abandoned ones too.
  readonly #running = new Set<Promise<Result>>();
  #closed: string | undefined;

  constructor(settings: FlightSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#flights.size;
  }

  has(key: string): boolean {
    return this.#present(key) !== undefined;
  }

  /** The end of the flight of this key, however it ends; at once if there is none. */
  async end(key: string): Promise<void> {
    const flight = this.#flights.get(key);
    if (flight !== undefined) await this.#ended([flight.result]);
  }

  /**
   * Waits for the flight of this key, and starts it if there is none. Each caller gets an error object of its own; a
   * caller's abort ends its own wait alone.
   */
  async join(key: string, work: FlightWork<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    try {
      return await untilAborted(this.#present(key) ?? this.#start(key, work), signal);
    } catch (error) {
      throw isOutboundAuthError(error) ? error.copy() : error;
    }
  }

  /** Refuses new flights, saying why, and waits for those under way. */
  async close(because: string): Promise<void> {
    this.#closed ??= because;
    await this.#ended(this.#running);
  }

  // Between two attempts of a flight that nobody has joined any more, nothing else keeps the process alive.
  async #ended(flights: Iterable<Promise<Result>>): Promise<void> {
    await keepingAlive(this.#settings.clock, Promise.allSettled(flights));
  }

  /** What is older than it can be by the wall clock began before the process slept: nobody joins it. */
  #present(key: string): Promise<Result> | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined) return undefined;
    const { clock, flightLimit } = this.#settings;
    return clock.now() - flight.startedAt > flightLimit ? undefined : flight.result;
  }

  #start(key: string, work: FlightWork<Result>): Promise<Result> {
    const { client, clock } = this.#settings;
    if (this.#closed !== undefined) {
      const message = `client '${client}': no token is requested any more, because ${this.#closed}`;
      throw new OutboundAuthError(message, { code: 'closed', client });
    }
    let begin = (): void => undefined;
    const isPresent = (): boolean => this.#flights.get(key) === flight;
    const result = new Promise<Result>((resolve) => {
      begin = () => {
        resolve(outside.runInAsyncScope(work, undefined, isPresent));
      };
    }).finally(() => {
      if (isPresent()) this.#flights.delete(key);
      this.#running.delete(result);
    });
    const flight: Flight<Result> = { result, startedAt: clock.now() };
    this.#flights.set(key, flight);
    this.#running.add(result);
    // Only now: the work emits events, and a listener that asks for the same token joins this flight.
    begin();
    // When every caller has given up, nobody is left to take a failure: it was told by an event.
    result.catch(() => undefined);
    return result;
  }
}
