import type { TimerOptions } from '@outbound-auth/core';
import { setMaxListeners } from 'node:events';
import type { RedisCommands } from './commands.ts';
import type { StoreSettings } from './read-options.ts';
import { provesLife, withoutSecrets } from './reply-error.ts';

/** What a client belongs to. */
export interface SessionHost {
  /** Ends every client; and every socket too, for a client that is still connecting has others than it knows of. */
  readonly signal: AbortSignal;
  /** To be told that a connection is lost. */
  lost(error: Error): void;
}

/** Gives a client that is connected, ends with its session, and doesn't keep the process alive. */
export type Open = (host: SessionHost) => Promise<RedisCommands>;

interface Waiter {
  readonly since: number;
  readonly reject: (error: Error) => void;
}

/** From a first connection until it fails in any way: what comes after has a session of its own. */
export class Session implements SessionHost {
  readonly #settings: Pick<StoreSettings, 'timeout' | 'clock'>;
  readonly #sockets = new AbortController();
  /** In the order of asking. */
  readonly #waiting = new Set<Waiter>();
  readonly #opening: Promise<RedisCommands>;
  #client: RedisCommands | undefined;
  #cancelWatch: (() => void) | undefined;
  #whenIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

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
    return new Promise((resolve, reject) => {
      const waiter = { since: this.#settings.clock.now(), reject };
      this.#enter(waiter);
      const client = this.#client;
      const work = client ? operation(client) : this.#opening.then(operation);
      work.then(
        (result) => {
          this.#leave(waiter);
          resolve(result);
        },
        (error: unknown) => {
          this.#leave(waiter);
          const shown = withoutSecrets(error);
          if (!provesLife(error)) this.lost(shown);
          reject(shown);
        },
      );
    });
  }

  lost(error: Error): void {
    if (this.ended) return;
    this.#sockets.abort(error);
    this.#cancelWatch?.();
    for (const { reject } of this.#waiting) reject(error);
    // Some of the work may never come to an end, such as an address that nobody tells.
    this.#waiting.clear();
    this.#whenIdle?.();
  }

  /** Lets what is under way come to its end, which is its time limit at the latest. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async #end(): Promise<void> {
    const [longest] = this.#waiting;
    if (longest !== undefined) {
      this.#cancelWatch?.();
      this.#watch(longest, this.#left(longest), { unref: false });
      await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    }
    this.lost(new Error('the connection to Redis is closed'));
  }

  async #connect(open: Open): Promise<RedisCommands> {
    return (this.#client = await open(this));
  }

  #enter(waiter: Waiter): void {
    this.#waiting.add(waiter);
    if (this.#waiting.size > 1) return;
    this.#watch(waiter, this.#settings.timeout);
  }

  #leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size > 0) return;
    this.#cancelWatch?.();
    this.#whenIdle?.();
  }

  /** What is left of the time of one that waits, wherever the wall clock was set to. */
  #left({ since }: Waiter): number {
    const { clock, timeout } = this.#settings;
    return Math.min(since + timeout - clock.now(), timeout);
  }

  // One timer for all that wait, on the one that has waited longest: one for each would be half of their cost.
  // Who uses the store keeps the process alive while somebody needs the answer; that is for less long.
  #watch(watched: Waiter, milliseconds: number, options: TimerOptions = { unref: true }): void {
    const { clock, timeout } = this.#settings;
    const onTime = (): void => {
      const [longest = watched] = this.#waiting;
      const left = this.#left(longest);
      // The same one still: its time is over.
      if (longest !== watched && left > 0) this.#watch(longest, left, options);
      else this.lost(new Error(`Redis has not answered for ${timeout / 1000} s; the connection is given up`));
    };
    this.#cancelWatch = clock.after(Math.max(0, milliseconds), onTime, options);
  }
}
