import { parseJsonObject } from './read-body.ts';

/**
 * The lifetime that a JWT tells of itself, in milliseconds: `exp` − `iat`, which needs no common clock, or without
 * `iat` what is left until `exp` by ours. Undefined for tokens that aren't JWTs, and for those without `exp`.
 */
export function jwtLifetime(token: string, now: number): number | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const claims = parseJsonObject(Buffer.from(payload, 'base64url').toString());
  const exp = claims?.get('exp');
  const iat = claims?.get('iat');
  if (!isFiniteNumber(exp)) return undefined;
  return isFiniteNumber(iat) ? (exp - iat) * 1_000 : exp * 1_000 - now;
}

// JSON can say 1e999, which is read as infinity.
function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
