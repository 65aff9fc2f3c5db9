import { setMaxListeners } from 'node:events';
import type { RedisCommands } from './commands.ts';
import type { StoreSettings } from './read-options.ts';
import { provesLife } from './reply-error.ts';

/** A client that is connected, and ends with its session. */
export interface OpenClient<Redis extends RedisCommands = RedisCommands> {
  readonly redis: Redis;
  /** Whether it keeps the process alive. */
  hold(held: boolean): void;
}

/** What a client belongs to. */
export interface SessionHost {
  /** Ends every client; and every socket too, for a client that is still connecting has others than it knows of. */
  readonly signal: AbortSignal;
  /** To be told that a connection is lost. */
  lost(error: Error): void;
}

export type Open = (host: SessionHost) => Promise<OpenClient>;

/** From a first connection until it fails in any way: what comes after has a session of its own. */
export class Session implements SessionHost {
  readonly #settings: Pick<StoreSettings, 'timeout' | 'clock'>;
  readonly #sockets = new AbortController();
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #opening: Promise<OpenClient>;
  #client: OpenClient | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(open: Open, settings: Pick<StoreSettings, 'timeout' | 'clock'>) {
    this.#settings = settings;
    // A cluster may have any number of sockets.
    setMaxListeners(0, this.signal);
    this.#opening = this.#connect(open);
  }

  get signal(): AbortSignal {
    return this.#sockets.signal;
  }

  get ended(): boolean {
    return this.signal.aborted;
  }

  /** Does something as soon as there is a connection; rejects when the session ends. */
  run<Result>(operation: (redis: RedisCommands) => Promise<Result>): Promise<Result> {
    const { clock, timeout } = this.#settings;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeout, () =>
        this.lost(new Error(`Redis has not answered for ${timeout / 1000} s; the connection is given up`)),
      );
      const leave = (): void => {
        cancel();
        this.#waiting.delete(reject);
        if (this.#waiting.size === 0) this.#rest();
      };
      if (this.#waiting.size === 0) this.#client?.hold(true);
      this.#waiting.add(reject);
      this.#perform(operation).then(resolve, reject).finally(leave);
    });
  }

  lost(error: Error): void {
    if (this.ended) return;
    this.#sockets.abort(error);
    for (const reject of this.#waiting) reject(error);
  }

  /** Lets what is under way come to its end, which is its time limit at the latest. */
  async close(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    this.lost(new Error('the connection to Redis is closed'));
  }

  async #connect(open: Open): Promise<OpenClient> {
    return (this.#client = await open(this));
  }

  async #perform<Result>(operation: (redis: RedisCommands) => Promise<Result>): Promise<Result> {
    try {
      const { redis } = this.#client ?? (await this.#opening);
      return await operation(redis);
    } catch (error) {
      if (!provesLife(error)) this.lost(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #rest(): void {
    this.#client?.hold(false);
    this.#whenIdle?.();
  }
}
