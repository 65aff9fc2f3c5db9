import { createHash, createPublicKey, KeyObject, randomUUID, type webcrypto } from 'node:crypto';
import { isCryptoKey, isKeyObject, isUint8Array } from 'node:util/types';

const madeOf = new WeakMap<WeakKey, readonly unknown[]>();
const identities = new WeakMap<webcrypto.CryptoKey, string>();

/** Notes what a function or object was made of, so that two of them can be compared by it. */
export function comparable<Made extends object>(made: Made, ...parts: readonly unknown[]): Made {
  madeOf.set(made, parts);
  return made;
}

/**
 * A text that is equal for equal values, and shows none of them. Keys are told by their public half, those that cannot be
 * exported by themselves; functions and instances of classes are not told from their like.
 */
export function fingerprint(value: unknown): string {
  const hash = createHash('sha256');
  for (const part of partsOf(value)) hash.update(`${part.length}:${part}`);
  return hash.digest('base64url');
}

// Each part begins with a word for what it is, so that a name is never taken for a value or an end.
function* partsOf(value: unknown): Generator<string> {
  if (isKeyObject(value)) yield `key ${ofKey(value)}`;
  else if (isCryptoKey(value)) yield `key ${value.extractable ? ofKey(KeyObject.from(value)) : identityOf(value)}`;
  else if (isUint8Array(value)) yield `bytes ${Buffer.from(value).toString('base64')}`;
  else if (!isObject(value)) yield `${typeof value} ${String(value)}`;
  else if (madeOf.has(value)) yield* membersOf('made', madeOf.get(value));
  else if (Array.isArray(value)) yield* membersOf('list', value);
  else if (isPlain(value)) yield* membersOf('object', value);
  else yield typeof value;
}

function* membersOf(kind: string, value: object = {}): Generator<string> {
  yield kind;
  for (const [name, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (member === undefined) continue;
    yield `member ${name}`;
    yield* partsOf(member);
  }
  yield 'end';
}

function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

// Without naming `Object.prototype`, of which every realm has its own. What else there is may be endless, a circle even.
function isPlain(value: object): boolean {
  if (typeof value === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function ofKey(key: KeyObject): string {
  if (key.type === 'secret') return createHash('sha256').update(key.export()).digest('base64url');
  const half = key.type === 'public' ? key : createPublicKey(key);
  return `${key.type} ${half.export({ format: 'pem', type: 'spki' }).toString()}`;
}

// Asked for its material it warns on Node.js 26 (DEP0204).
function identityOf(key: webcrypto.CryptoKey): string {
  const identity = identities.get(key) ?? randomUUID();
  identities.set(key, identity);
  return identity;
}
