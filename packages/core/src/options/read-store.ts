import { hasFunctions } from '../has-functions.ts';
import { kind, type OptionReader } from '../option-reader.ts';
import type { TokenStore } from '../stores/token-store.ts';

/** Reads `store`. */
export function readStore(reader: OptionReader): TokenStore | undefined {
  const store = reader.value('store');
  if (store === undefined || isStore(store)) return store;
  reader.refuse('store', problemOf(store));
  return undefined;
}

function isStore(value: unknown): value is TokenStore {
  return (
    hasFunctions(value, 'get', 'set', 'delete') &&
    !looksLikeKeyv(value) &&
    has(value, 'lock') === has(value, 'replace') &&
    ['lock', 'replace', 'close'].every((name) => !has(value, name) || hasFunctions(value, name))
  );
}

const rule = 'must be a store: redisStore({ … }), keyvStore(keyv), or an object with the functions get, set and delete';

function problemOf(store: unknown): string {
  if (typeof store === 'function') return 'is a function; call it: redisStore({ … })';
  if (looksLikeKeyv(store)) return 'is a Keyv; wrap it: keyvStore(keyv)';
  if (hasFunctions(store, 'get', 'set', 'del')) {
    return 'is a Redis client; wrap it: redisStore({ client }) of @outbound-auth/redis, or redisStore({ url }) where it is none of the package redis';
  }
  if (!hasFunctions(store, 'get', 'set', 'delete')) return `${rule}, not ${kind(store)}`;
  const pair = ['lock', 'replace'];
  const [there, ...more] = pair.filter((name) => has(store, name));
  if (there !== undefined && more.length === 0)
    return `has ${there} alone; give it both of lock and replace, or neither`;
  return 'has a lock, replace or close that is no function';
}

/** A Keyv has all that a store needs, but answers otherwise. */
function looksLikeKeyv(value: unknown): boolean {
  return hasFunctions(value, 'get', 'set', 'delete', 'clear', 'has', 'on');
}

function has(value: object, name: string): boolean {
  return Reflect.get(value, name) !== undefined;
}
