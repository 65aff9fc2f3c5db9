/** The keys and arguments of a script. */
export interface ScriptArguments {
  readonly keys: string[];
  readonly arguments: string[];
}

/** When a text ends: after `PX` milliseconds, or at `PXAT` milliseconds since the epoch. */
export type TextEnd = { PX: number } | { PXAT: number };

/**
 * What the store uses of a client of the `redis` package: `createClient`, `createClientPool`, `createCluster` and
 * `createSentinel` all give one.
 */
export interface RedisCommands {
  /** Runs a script that the server knows by the SHA-1 of its text. */
  evalSha(sha1: string, options: ScriptArguments): Promise<unknown>;
  /** Runs a script by its text; the server knows it from then on. */
  eval(script: string, options: ScriptArguments): Promise<unknown>;
  /** Sets a text with its end; with `NX` where nothing is. */
  set(key: string, value: string, options: TextEnd & { NX?: true }): Promise<unknown>;
  /** Deletes a key. */
  del(key: string): Promise<unknown>;
}
