import { decodeProtectedHeader } from 'jose';
import { randomBytes } from 'node:crypto';
import { encryption } from '../../src/stores/encryption.ts';
import type { EncryptionKeySource } from '../../src/stores/encryption-key.ts';
import type { Seal } from '../../src/stores/seal.ts';

export const key = (): Buffer => randomBytes(32);

/** One process with these keys, whose time stands still. */
export const processWith = (...keys: EncryptionKeySource[]): Seal => encryption(keys, { now: () => 0 });

/** The name of the key that a text was sealed with. */
export function keyIdOf(sealed: string): string {
  return String(decodeProtectedHeader(sealed).kid);
}

/** All that is not to be seen of a key anywhere. */
export function guisesOf(secret: Buffer): string[] {
  return [secret.toString('base64'), secret.toString('base64url'), secret.toString('hex'), secret.toString('latin1')];
}
