import { createSecretKey, type KeyObject } from 'node:crypto';
import { isKeyObject, isUint8Array } from 'node:util/types';
import { kind } from '../option-reader.ts';

/** 32 random bytes: as text in base64, base64url or hexadecimal, as bytes, or as a `KeyObject`. */
export type EncryptionKey = string | Uint8Array | KeyObject;

/**
 * A key that tokens are encrypted with in a store, or a function that gives it, async too. The function is asked once,
 * and again when something was encrypted with a key that isn't known yet.
 */
export type EncryptionKeySource = EncryptionKey | (() => EncryptionKey | Promise<EncryptionKey>);

const size = 32;
const make = `make one: node -p "require('crypto').randomBytes(32).toString('base64url')"`;

/** Reads a key. @throws {TypeError} if it is none, or a weak one; never with a word of it. */
export function encryptionKey(given: unknown): KeyObject {
  const key = readEncryptionKey(given);
  if (typeof key === 'string') throw new TypeError(`the key ${key}`);
  return key;
}

/** The key, or what is wrong with it. */
export function readEncryptionKey(given: unknown): KeyObject | string {
  const bytes = bytesOf(given);
  if (bytes === undefined) {
    if (typeof given === 'string') return `is no text in base64, base64url or hexadecimal; ${make}`;
    return `must be 32 random bytes (such a text, bytes, or a secret KeyObject), not ${kind(given)}; ${make}`;
  }
  if (bytes.length !== size) return `has ${bytes.length} bytes, and must have ${size}; ${make}`;
  const weakness = weaknessOf(bytes);
  return weakness === undefined ? createSecretKey(bytes) : `${weakness}; ${make}`;
}

function bytesOf(given: unknown): Uint8Array | undefined {
  if (typeof given === 'string') return decoded(given.trim());
  if (isKeyObject(given)) return given.type === 'secret' ? given.export() : undefined;
  return isUint8Array(given) ? given : undefined;
}

function decoded(text: string): Uint8Array | undefined {
  if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  // Whole groups and no stray bits at the end: other texts are words that happen to have no other letters.
  const digits = text.replace(/=+$/, '');
  const bytes = Buffer.from(digits, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === digits.replace(/[+/]/g, urlSafe) ? bytes : undefined;
}

function urlSafe(digit: string): string {
  return digit === '+' ? '-' : '_';
}

// Of 32 random bytes, less than one key in 10¹³ would be refused for each of these.
function weaknessOf(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return 'is a passphrase, which can be guessed';
  const steps = bytes.map((byte, index) => byte - (bytes[index - 1] ?? 0)).slice(1);
  const isPattern = [bytes, steps].some((values) => new Set(values).size <= size / 2);
  return isPattern ? 'has a pattern, so that it is not random' : undefined;
}
