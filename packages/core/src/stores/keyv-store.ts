import { OptionsError } from '../errors.ts';
import { hasFunctions } from '../has-functions.ts';
import { kind } from '../option-reader.ts';
import type { TokenStore } from './token-store.ts';

/** What a store needs of a Keyv: any of version 4, 5 or 6, whatever it keeps. */
export interface KeyvLike {
  get(key: string): Promise<unknown>;
  /** `ttl` is in milliseconds. */
  set(key: string, value: string, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Tells of failures that no answer tells of. */
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  /** Must be true where a Keyv has it (version 5): else a failed read looks like an empty one. */
  readonly throwOnErrors?: boolean;
}

/**
 * A store on [Keyv](https://keyv.org), for whatever Keyv has an adapter for: SQLite, Postgres, Memcached and others. Give
 * it a Keyv of its own, for it listens to its errors; with Keyv 5, one with `throwOnErrors: true`. Closing it is yours.
 *
 * Keyv has no lock and cannot replace in one step. So each process may request a token at the same time as others, and
 * refresh tokens are not kept. For both, use `redisStore()` of `@outbound-auth/redis`.
 *
 * @throws {OptionsError} if it is no Keyv, or one that would hide its failures.
 * @example
 * ```ts
 * import { Keyv, type KeyvStoreAdapter } from 'keyv';
 * import { keyvStore, type TokenStore } from '@outbound-auth/core';
 *
 * export function storeOn(adapter: KeyvStoreAdapter): TokenStore {
 *   return keyvStore(new Keyv({ store: adapter, namespace: 'tokens', throwOnErrors: true }));
 * }
 * ```
 */
export function keyvStore(keyv: KeyvLike): TokenStore {
  assertKeyv(keyv);
  const attempt = attemptsAt(keyv);
  const get = async (key: string): Promise<unknown> => attempt(() => keyv.get(key)).catch(unlessRubbish);
  return {
    async get(key) {
      const value = await get(key);
      return typeof value === 'string' ? { value } : undefined;
    },
    async set(key, value, lifetime) {
      // Keyv keeps a text to the end of its last millisecond, and takes a lifetime of 0 for one without end.
      const ttl = Math.ceil(lifetime) - 1;
      const done = await attempt(() => (ttl < 1 ? keyv.delete(key) : keyv.set(key, value, ttl)));
      if (done === false && ttl >= 1) throw new Error('Keyv has not written it, and does not say why');
    },
    async delete(key, value) {
      if ((await get(key)) === value) await attempt(() => keyv.delete(key));
    },
  };
}

type Attempt = (work: () => Promise<unknown>) => Promise<unknown>;

/** Adapters, and Keyv itself, may tell of a failure by an event and give an answer all the same. */
function attemptsAt(keyv: KeyvLike): Attempt {
  let failures = 0;
  let latest: unknown;
  // For as long as there is the Keyv: without a listener, an adapter that loses its connection would end the process.
  keyv.on?.('error', (error) => {
    failures += 1;
    latest = error;
  });
  return async (work) => {
    const before = failures;
    const answer = await work();
    if (failures === before) return answer;
    throw latest instanceof Error ? latest : new Error('Keyv failed', { cause: latest });
  };
}

/** Keyv fails to parse what isn't its own. That is as if absent. */
function unlessRubbish(error: unknown): undefined {
  if (!(error instanceof Error) || error.name !== 'SyntaxError') throw error;
}

const call = 'keyvStore(keyv)';

function assertKeyv(keyv: KeyvLike): void {
  const problem = problemOf(keyv);
  if (problem !== undefined) throw new OptionsError([{ path: call, message: problem }]);
}

function problemOf(keyv: unknown): string | undefined {
  if (!hasFunctions(keyv, 'get', 'set', 'delete')) {
    return `must be a Keyv, such as new Keyv({ store, throwOnErrors: true }), not ${kind(keyv)}`;
  }
  if ('throwOnErrors' in keyv && keyv.throwOnErrors !== true) {
    return 'would take a failed read for an empty one; make it by new Keyv({ store, throwOnErrors: true })';
  }
  return undefined;
}
