import { createHash, createPublicKey, KeyObject } from 'node:crypto';
import { isCryptoKey, isKeyObject } from 'node:util/types';

const madeOf = new WeakMap<object, readonly unknown[]>();

/** Notes what a function or object was made of, so that two of them can be compared by it. */
export function comparable<Made extends object>(made: Made, ...parts: readonly unknown[]): Made {
  madeOf.set(made, parts);
  return made;
}

/** A text that is equal for equal values, and shows none of them. Keys are told by their public half, functions not at all. */
export function fingerprint(value: unknown): string {
  const hash = createHash('sha256');
  for (const part of partsOf(value)) hash.update(`${part.length}:${part}`);
  return hash.digest('base64url');
}

function* partsOf(value: unknown): Generator<string> {
  const parts =
    typeof value === 'object' || typeof value === 'function' ? madeOf.get(Object(value) as object) : undefined;
  if (parts !== undefined) yield* partsOf(parts);
  else if (isKeyObject(value) || isCryptoKey(value))
    yield publicHalf(isCryptoKey(value) ? KeyObject.from(value) : value);
  else if (value instanceof Uint8Array || typeof value !== 'object' || value === null) yield plain(value);
  else {
    yield Array.isArray(value) ? 'list' : 'object';
    for (const [name, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (member === undefined) continue;
      yield name;
      yield* partsOf(member);
    }
    yield 'end';
  }
}

function plain(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  return typeof value === 'function' ? 'function' : `${typeof value} ${String(value)}`;
}

function publicHalf(key: KeyObject): string {
  return key.type === 'secret'
    ? createHash('sha256').update(key.export()).digest('base64url')
    : createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString();
}
