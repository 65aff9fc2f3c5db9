import { hash } from 'node:crypto';

/** One thing that tells tokens apart: a name and a value. */
export type KeyPart = readonly [name: string, value: string];

const formatVersion = 'outbound-auth/1';

/**
 * One key for cache, flight, lock and store: SHA-256 over the sorted parts, each with its length before it, so that
 * neither another order nor adjacent values (`a` + `bc`, `ab` + `c`) can be confused.
 */
export function tokenKey(parts: readonly KeyPart[]): string {
  const lines = parts.map(([name, value]) => lengthPrefixed(name, value)).sort();
  return hash('sha256', formatVersion + lines.join(''), 'base64url');
}

/** Joins texts so that no two different lists give the same text. */
export function lengthPrefixed(...values: readonly string[]): string {
  let text = '';
  for (const value of values) text += `${value.length}:${value}`;
  return text;
}
