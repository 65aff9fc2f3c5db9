import { OutboundAuthError } from '@outbound-auth/core';
import type { RedisCommands } from './commands.ts';
import { clusterOpener } from './open-cluster.ts';
import { sentinelOpener } from './open-sentinel.ts';
import { serverOpener } from './open-server.ts';
import type { StoreSettings } from './read-options.ts';
import { withoutSecrets } from './reply-error.ts';
import { type Open, Session } from './session.ts';

/** The way to Redis. */
export interface Connection {
  /** Does something there. */
  run<Result>(operation: (redis: RedisCommands) => Promise<Result>): Promise<Result>;
  /** Ends what was opened here, once all that is under way has its answer or none. */
  close(): Promise<void>;
}

/** A connection that opens what it needs itself, or uses what is given. */
export function connectionFor(settings: Omit<StoreSettings, 'prefix'>): Connection {
  const { url, clientOptions = {}, sentinel, cluster, client } = settings;
  if (sentinel !== undefined) return new OwnConnection(settings, sentinelOpener(sentinel));
  if (cluster !== undefined) return new OwnConnection(settings, clusterOpener(cluster));
  if (url !== undefined) return new OwnConnection(settings, serverOpener(url, clientOptions));
  if (client !== undefined) return new GivenConnection(client);
  throw new TypeError('there is no way to Redis');
}

class GivenConnection implements Connection {
  readonly #client: RedisCommands;

  constructor(client: RedisCommands) {
    this.#client = client;
  }

  async run<Result>(operation: (redis: RedisCommands) => Promise<Result>): Promise<Result> {
    try {
      return await operation(this.#client);
    } catch (error) {
      const reason = withoutSecrets(error);
      // By its words, for a client of another version has another class.
      if (reason.message !== 'The client is closed') throw reason;
      throw new Error(`${reason.message}; connect it: client.connect()`, { cause: error });
    }
  }

  async close(): Promise<void> {}
}

/** Opens a session when one is needed. Who calls keeps the pace: nothing is tried again by itself. */
class OwnConnection implements Connection {
  readonly #settings: Pick<StoreSettings, 'timeout' | 'clock'>;
  readonly #open: Open;
  #session: Session | undefined;
  #closed = false;

  constructor(settings: Pick<StoreSettings, 'timeout' | 'clock'>, open: Open) {
    this.#settings = settings;
    this.#open = open;
  }

  run<Result>(operation: (redis: RedisCommands) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new OutboundAuthError('the Redis store is closed', { code: 'closed' }));
    if (this.#session === undefined || this.#session.ended) this.#session = new Session(this.#open, this.#settings);
    return this.#session.run(operation);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#session?.close();
  }
}
