import type { StoredValue, TokenStore } from '@outbound-auth/core';
import { randomUUID } from 'node:crypto';
import type { RedisCommands, TextEnd } from './commands.ts';
import { type Connection, connectionFor } from './connection.ts';
import type { RedisStoreOptions } from './options.ts';
import { readOptions } from './read-options.ts';
import { lasting, RedisTime } from './redis-time.ts';
import { isNoText, storeError } from './reply-error.ts';
import { deleteScript, readScript, replaceScript } from './scripts.ts';

/**
 * A store on Redis or Valkey: a single server, Sentinel or a cluster.
 *
 * It connects when it is first used, again when a connection was lost, and waits for nothing in between. Locks and
 * texts end by the server's own time.
 *
 * Make one for each `createOutboundAuth`, whose `close()` closes it; to share a connection, give each the same `client`.
 *
 * @throws {OptionsError} that lists every mistake in the options.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { redisStore } from '@outbound-auth/redis';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 *   store: redisStore({ url: env('REDIS_URL') }),
 * });
 * ```
 */
export function redisStore(options: RedisStoreOptions): Required<TokenStore> {
  const { prefix, ...settings } = readOptions(options);
  const connection = connectionFor(settings);
  const time = new RedisTime();
  const run: Connection['run'] = async (operation) => {
    try {
      return await connection.run(operation);
    } catch (error) {
      throw storeError(error);
    }
  };
  const textOf = (key: string): string => `${prefix}text:${key}`;
  const lockOf = (key: string): string => `${prefix}lock:${key}`;
  const replace = (at: string, value: string | undefined, next: string, end: TextEnd): Promise<boolean> =>
    run((redis) => replaceText(redis, at, value, next, end));
  const remove = async (at: string, value: string): Promise<void> => {
    await run((redis) => deleteScript.run(redis, at, value).catch(unlessNoText));
  };
  return {
    get: async (key) => {
      const reply = await run((redis) => readScript.run(redis, textOf(key)).catch(unlessNoText));
      if (!Array.isArray(reply)) return undefined;
      time.told(Number(reply[0]));
      return reply.length > 1 ? stored(reply[1], reply[2]) : undefined;
    },
    set: async (key, value, lifetime) => {
      const end = time.endOf(lifetime);
      await run((redis) => (lifetime < 1 ? redis.del(textOf(key)) : redis.set(textOf(key), value, end)));
    },
    delete: (key, value) => remove(textOf(key), value),
    replace: (key, value, next, lifetime) => replace(textOf(key), value, next, time.endOf(lifetime)),
    lock: async (key, lifetime) => {
      const holder = randomUUID();
      if (!(await replace(lockOf(key), undefined, holder, lasting(lifetime)))) return undefined;
      return {
        extend: (more) => replace(lockOf(key), holder, holder, lasting(more)),
        release: () => remove(lockOf(key), holder),
      };
    },
    close: () => connection.close(),
  };
}

async function replaceText(
  redis: RedisCommands,
  at: string,
  value: string | undefined,
  next: string,
  end: TextEnd,
): Promise<boolean> {
  if (value === undefined) return (await redis.set(at, next, { ...end, NX: true })) !== null;
  const replaced = replaceScript.run(redis, at, value, next, ...Object.entries(end).flat().map(String));
  return Number(await replaced.catch(unlessNoText)) === 1;
}

/** One key that can't be read must not take the store from all others: it is as if absent. */
function unlessNoText(error: unknown): undefined {
  if (!isNoText(error)) throw error;
}

function stored(text: unknown, remaining: unknown): StoredValue {
  // A user's own client may be set to give buffers, or numbers as texts.
  const [value, left] = [String(text), Number(remaining)];
  // Below 0: somebody else has set it, without an end.
  return left < 0 ? { value } : { value, remaining: left };
}
