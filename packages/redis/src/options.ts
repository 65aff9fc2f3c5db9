import type { Clock, SecretSource } from '@outbound-auth/core';
import type { RedisClientOptions, RedisClusterOptions, RedisSentinelOptions } from 'redis';
import type { RedisCommands } from './commands.ts';

/** How to find the master by Sentinel: of the options of `createSentinel`, those that matter here. */
export type SentinelOptions = Pick<
  RedisSentinelOptions,
  'name' | 'sentinelRootNodes' | 'nodeClientOptions' | 'sentinelClientOptions' | 'nodeAddressMap'
>;

/** Where a server listens. */
export type SentinelNode = RedisSentinelOptions['sentinelRootNodes'][number];

/** What a Redis store is made from: one of `url`, `sentinel`, `cluster` and `client`, and what goes with it. */
export interface RedisStoreOptions {
  /**
   * The server's address: `redis://`, `rediss://` for TLS, or `unix://`, with user and password where it wants them.
   * A function is asked at each connection.
   */
  readonly url?: SecretSource | undefined;
  /** What else `createClient` takes: `socket` with certificates, `username`, `password`, `database`, … Goes with `url`. */
  readonly clientOptions?: Omit<RedisClientOptions, 'url'> | undefined;
  /** A master that Sentinels know. They are asked at each connection. */
  readonly sentinel?: SentinelOptions | undefined;
  /** What `createCluster` takes. */
  readonly cluster?: RedisClusterOptions | undefined;
  /** A client of your own, connected by you: a client, a pool, a cluster or a sentinel. It is never closed here. */
  readonly client?: RedisCommands | undefined;
  /** What all keys begin with; default `outbound-auth:`. Applications that share it share the tokens of equal clients. */
  readonly prefix?: string | undefined;
  /**
   * After how many seconds without an answer a connection is given up; default 2. Calls don't wait that long: see
   * `storeTimeout` of `createOutboundAuth`. Not with `client`.
   */
  readonly timeout?: number | undefined;
  /** For tests: where the time of `timeout` comes from; default the system. */
  readonly clock?: Clock | undefined;
}
