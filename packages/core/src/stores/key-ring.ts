import { type KeyObject, webcrypto } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { encryptionKey, type EncryptionKeySource } from './encryption-key.ts';

/** A key as it is used, and the name that is written beside what it encrypts. */
export interface RingKey {
  readonly id: string;
  readonly secret: webcrypto.CryptoKey;
}

// How often functions are asked at most, and how long one that doesn't answer is waited for.
const interval = 5_000;

/** The keys of a store: the first encrypts, all decrypt. */
export class KeyRing {
  readonly #sources: readonly EncryptionKeySource[];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #changes: boolean;
  #keys: readonly RingKey[] | undefined;
  #reading: Promise<readonly RingKey[]> | undefined;
  #askedAt = -Infinity;

  constructor(sources: readonly EncryptionKeySource[], clock: Pick<Clock, 'now'>) {
    this.#sources = sources;
    this.#clock = clock;
    this.#changes = sources.some((source) => typeof source === 'function');
  }

  /** @throws {OutboundAuthError} with the code `credential_unavailable`. */
  async keys(): Promise<readonly RingKey[]> {
    return this.#keys ?? this.#read();
  }

  /** All keys, asked for again if they must be; undefined if this one isn't among them. @throws as `keys` does. */
  async keysWith(id: string): Promise<readonly RingKey[] | undefined> {
    const has = (keys: readonly RingKey[]): boolean => keys.some((key) => key.id === id);
    const present = await this.keys();
    if (has(present)) return present;
    if (!this.#changes || (this.#reading === undefined && this.#askedLately())) return undefined;
    const newer = await this.#read();
    return has(newer) ? newer : undefined;
  }

  #askedLately(): boolean {
    return Math.abs(this.#clock.now() - this.#askedAt) < interval;
  }

  async #read(): Promise<readonly RingKey[]> {
    try {
      return await (this.#reading !== undefined && this.#askedLately() ? this.#reading : this.#ask());
    } catch (error) {
      // Each waiter gets an error of its own.
      throw isOutboundAuthError(error) ? error.copy() : error;
    }
  }

  async #ask(): Promise<readonly RingKey[]> {
    this.#askedAt = this.#clock.now();
    const reading = Promise.all(this.#sources.map(readKey));
    this.#reading = reading;
    try {
      const keys = await reading;
      // One that was given up comes too late to say what the keys are.
      if (this.#reading === reading) this.#keys = keys;
      return keys;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }
}

async function readKey(source: EncryptionKeySource, index: number): Promise<RingKey> {
  try {
    return await ringKey(encryptionKey(typeof source === 'function' ? await source() : source));
  } catch (error) {
    const cause = new Secrets().cleanError(error);
    const message = `encryptionKeys[${index}] could not be read: ${reasonOf(cause)}`;
    throw new OutboundAuthError(message, { code: 'credential_unavailable', cause });
  }
}

async function ringKey(key: KeyObject): Promise<RingKey> {
  const bytes = key.export();
  const thumbprint = await calculateJwkThumbprint({ kty: 'oct', k: bytes.toString('base64url') });
  return {
    // Long enough to tell keys apart (RFC 7638); it is written beside each token.
    id: thumbprint.slice(0, 16),
    secret: await webcrypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}
