import { jwtClaims, numericClaim } from '../jwt-claims.ts';

/**
 * The lifetime that a JWT tells of itself, in milliseconds: `exp` − `iat`, which needs no common clock, or without
 * `iat` what is left until `exp` by ours. Undefined for tokens that aren't JWTs, and for those without `exp`.
 */
export function jwtLifetime(token: string, now: number): number | undefined {
  const claims = jwtClaims(token);
  const exp = numericClaim(claims, 'exp');
  const iat = numericClaim(claims, 'iat');
  if (exp === undefined) return undefined;
  return iat === undefined ? exp * 1_000 - now : (exp - iat) * 1_000;
}
