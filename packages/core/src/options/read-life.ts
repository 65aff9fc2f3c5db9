import type { Grant } from '../grants/grant.ts';
import type { OptionReader } from '../option-reader.ts';
import type { CacheSettings } from '../tokens/cached.ts';
import type { Sharing } from '../tokens/client-tokens.ts';
import type { SharedSettings } from './client-settings.ts';

/** How a client's tokens live; times in milliseconds. */
export interface LifeSettings {
  readonly requestTimeout: number;
  readonly defaultLifetime: number;
  readonly attempts: number;
  readonly maxTokenRequests: number;
  readonly keepWarm: boolean;
  readonly cache: CacheSettings;
  /** Undefined: the tokens stay in this process. */
  readonly sharing: Sharing | undefined;
}

/** Reads a client's `TokenLifeOptions`. */
export function readLife(name: string, reader: OptionReader, shared: SharedSettings, grant: Grant): LifeSettings {
  const requestTimeout = seconds(reader, 'requestTimeout', 4, 0.001);
  return {
    requestTimeout,
    defaultLifetime: seconds(reader, 'defaultLifetime', 300, 1),
    attempts: whole(reader, 'attempts', 3, 100),
    maxTokenRequests: whole(reader, 'maxTokenRequests', 50, 1_000_000),
    keepWarm: readKeepWarm(reader, grant),
    cache: readCache(name, reader, shared, requestTimeout),
    sharing: readSharing(reader, shared, grant),
  };
}

function readCache(
  name: string,
  reader: OptionReader,
  { clock, random }: SharedSettings,
  requestTimeout: number,
): CacheSettings {
  return {
    client: name,
    clock,
    random,
    renewal: reader.oneOf('renewal', ['background', 'foreground']),
    capacity: whole(reader, 'memoryCacheSize', 10_000, 10_000_000, 'tokens'),
    requestTimeout,
    waitTimeout: seconds(reader, 'waitTimeout', Math.max(10, 0.0025 * requestTimeout), 0.001),
    expiryMargin: seconds(reader, 'expiryMargin', 30, 0),
    expiryMarginShare: share(reader, 'expiryMarginShare', 0.05, 0.5),
    renewalMargin: seconds(reader, 'renewalMargin', 300, 0),
    renewalMarginShare: share(reader, 'renewalMarginShare', 0.25, 0.7),
    renewalJitter: share(reader, 'renewalJitter', 0.05, 0.2),
  };
}

function readKeepWarm(reader: OptionReader, { subject = [] }: Grant): boolean {
  const keepWarm = reader.flag('keepWarm');
  if (keepWarm && subject.some(({ source }) => typeof source !== 'string')) {
    reader.refuse('keepWarm', 'is for a token of the client’s own, and this grant gets tokens for users; leave it out');
  }
  return keepWarm;
}

function readSharing(reader: OptionReader, { sharing }: SharedSettings, grant: Grant): Sharing | undefined {
  const given = reader.value('store');
  if (given === false) return undefined;
  if (given !== undefined) {
    reader.refuse(
      'store',
      'can be false here, for tokens that stay in the process; the store itself is an option beside clients',
    );
  }
  if (sharing !== undefined && grant.sessionOnly === true) refuseUnkept(reader, sharing);
  return sharing;
}

/** Without a place to keep the refresh token, such a session would end with its first exchange. */
function refuseUnkept(reader: OptionReader, { store, seal }: Sharing): void {
  const remedy = 'or set store: false for this client, if no other process uses its refresh token';
  if (!seal.encrypts) {
    reader.refuse(
      'grant',
      `refreshToken() keeps its session in the store, and only encrypted; give encryptionKeys, ${remedy}`,
    );
  } else if (!store.locks) {
    reader.refuse(
      'grant',
      `refreshToken() needs a store that locks (redisStore), for a refresh token is used by one process at a time; give that, ${remedy}`,
    );
  }
}

// Options are in seconds, as `expires_in` is; inside, all is in milliseconds.
function seconds(reader: OptionReader, name: string, fallback: number, min: number): number {
  return 1_000 * reader.number(name, fallback, { min, max: 1_000_000 }, 'seconds');
}

function whole(reader: OptionReader, name: string, fallback: number, max: number, unit: string = name): number {
  const value = reader.number(name, fallback, { min: 1, max }, unit);
  if (!Number.isInteger(value)) reader.refuse(name, `must be a whole number, not ${value}`);
  return value;
}

// The margin and the jitter leave a part of the lifetime, or each use would renew.
function share(reader: OptionReader, name: string, fallback: number, max: number): number {
  return reader.number(name, fallback, { min: 0, max }, 'a share of the lifetime');
}
