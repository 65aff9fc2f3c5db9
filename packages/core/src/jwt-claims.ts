import { parseJsonObject } from './json-object.ts';

/** The claims of a JWT, unverified; undefined for any other text. */
export function jwtClaims(token: string): Record<string, unknown> | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const claims = parseJsonObject(Buffer.from(payload, 'base64url').toString());
  return claims && Object.fromEntries(claims);
}

/** A claim in seconds since the epoch, or a lifetime in seconds. */
export function numericClaim(claims: Readonly<Record<string, unknown>> | undefined, name: string): number | undefined {
  const value = claims?.[name];
  // JSON can say 1e999, which is read as infinity.
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
