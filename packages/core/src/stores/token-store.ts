/** A text in a store, and how much longer it is kept there. */
export interface StoredValue {
  readonly value: string;
  /** What is left of its lifetime, in milliseconds by the store's own time; undefined where the store can't tell. */
  readonly remaining?: number | undefined;
}

/** A lock that was won. It ends by itself when its lifetime is over. */
export interface StoreLock {
  /** Keeps it for `lifetime` milliseconds from now. False if it is lost: somebody else may hold it. */
  extend(lifetime: number): Promise<boolean>;
  /** Gives it back; without effect if it is lost. */
  release(): Promise<void>;
}

/**
 * What processes share their tokens by: a map of texts that end by themselves. Keys are digests, texts are encrypted
 * where `encryptionKeys` are given. Whatever goes wrong is to be thrown: calls go on without the store. The
 * event `store.failed` shows the message of an `OutboundAuthError` alone, such as one with the code `store_unavailable`;
 * of other errors the name and the code, for their messages may quote a text.
 *
 * Without `lock` and `replace`, tokens are shared, but each process may request one at the same time as others, and
 * refresh tokens are not kept.
 *
 * @example
 * ```ts
 * import type { TokenStore } from '@outbound-auth/core';
 *
 * const texts = new Map<string, string>();
 *
 * export const store: TokenStore = {
 *   get: async (key) => {
 *     const value = texts.get(key);
 *     return value === undefined ? undefined : { value };
 *   },
 *   set: async (key, value, lifetime) => {
 *     texts.set(key, value);
 *     setTimeout(() => texts.delete(key), lifetime).unref();
 *   },
 *   delete: async (key, value) => {
 *     if (texts.get(key) === value) texts.delete(key);
 *   },
 * };
 * ```
 */
export interface TokenStore {
  /** The text of a key; undefined if there is none, or its lifetime is over. */
  get(key: string): Promise<StoredValue | undefined>;
  /** Keeps a text for `lifetime` milliseconds and not longer, in place of any that was there. */
  set(key: string, value: string, lifetime: number): Promise<void>;
  /** Deletes the text of a key if it is still this one. */
  delete(key: string, value: string): Promise<void>;
  /**
   * Keeps `next` for `lifetime` milliseconds in place of `value` if that is still there; undefined stands for no text.
   * In one step, so that of two who replace the same text one succeeds. Says whether it did.
   */
  replace?(key: string, value: string | undefined, next: string, lifetime: number): Promise<boolean>;
  /** Takes the lock of a key for `lifetime` milliseconds; undefined if somebody holds it. Locks and texts are apart. */
  lock?(key: string, lifetime: number): Promise<StoreLock | undefined>;
  /** Ends the connections that the store has opened itself. Called once at most, and waited for 5 s. */
  close?(): Promise<void>;
}
