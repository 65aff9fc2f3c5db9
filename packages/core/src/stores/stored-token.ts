import { isTokenText } from '../header.ts';
import { parseJsonObject } from '../json-object.ts';
import { longestLifetime } from '../token-endpoint/granted-token.ts';
import { type AccessToken, HeldAccessToken, type Prove } from '../tokens/access-token.ts';

/** What another process tells of its token. Times in milliseconds. */
interface TokenEntry {
  readonly value: string;
  readonly type: 'Bearer' | 'DPoP';
  readonly lifetime: number;
  /** Since the epoch, by the clock of who wrote it: for stores that can't tell how much is left. */
  readonly expiresAt: number;
  readonly scope?: string | undefined;
}

// Of another format nothing is read, however like it looks.
const format = 1;

/** A token as text for the store. */
export function writeToken(key: string, { value, tokenType: type, obtainedAt, expiresAt, scope }: AccessToken): string {
  const entry: TokenEntry = { value, type, lifetime: expiresAt - obtainedAt, expiresAt, scope };
  return JSON.stringify({ format, key, ...entry });
}

/** What a token that is read needs beside its text. */
export interface Reading {
  readonly key: string;
  /** Read before the store was asked: what is left counts from here. */
  readonly now: number;
  /** What is left of its life by the store's own time; undefined where that isn't known. */
  readonly remaining: number | undefined;
  /** Proves the possession of the key that a DPoP token is bound to. */
  readonly prove: Prove | undefined;
}

/** The token of a text; undefined for rubbish, another format, another key's text, or a token that can't be used here. */
export function readToken(text: string, { key, now, remaining, prove }: Reading): AccessToken | undefined {
  const members = parseJsonObject(text);
  if (members?.get('format') !== format || members.get('key') !== key) return undefined;
  const { value, type, lifetime, expiresAt: writersEnd, scope }: Record<string, unknown> = Object.fromEntries(members);
  if (typeof value !== 'string' || !isTokenText(value) || !isLifetime(lifetime)) return undefined;
  if (scope !== undefined && typeof scope !== 'string') return undefined;
  if (typeof writersEnd !== 'number' || (type !== 'Bearer' && (type !== 'DPoP' || prove === undefined)))
    return undefined;
  const left = Math.min(lifetime, remaining ?? writersEnd - now);
  const expiresAt = now + left;
  const bound = type === 'DPoP' ? prove : undefined;
  return new HeldAccessToken({ value, obtainedAt: expiresAt - lifetime, expiresAt, scope, prove: bound });
}

function isLifetime(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= longestLifetime;
}
