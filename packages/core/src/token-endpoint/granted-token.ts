import { jwtClaims, numericClaim } from '../jwt-claims.ts';
import { HeldAccessToken, type Prove } from '../tokens/access-token.ts';
import { jwtLifetime } from './jwt-lifetime.ts';
import type { TokenResponse } from './response.ts';
import type { GrantedToken } from './token-endpoint.ts';

/** Ten years, in milliseconds: whatever a server tells, the end of a token stays a date. */
export const longestLifetime = 315_360_000_000;

/** What is known of a token beside its response; times in milliseconds. */
export interface Asked {
  readonly sentAt: number;
  readonly scope: string | undefined;
  readonly defaultLifetime: number;
  /** Of whom the token is: it isn't handed out beyond the end of this one. */
  readonly subjectToken: string | undefined;
  /** Proves the possession of the key that it was asked to be bound to. */
  readonly prove: Prove | undefined;
}

export function grantedToken(response: TokenResponse, asked: Asked): GrantedToken {
  const { accessToken: value, expiresIn, scope, tokenType, refreshToken } = response;
  const { sentAt, defaultLifetime, subjectToken, prove } = asked;
  const lifetime = expiresIn === undefined ? (jwtLifetime(value, sentAt) ?? defaultLifetime) : expiresIn * 1_000;
  const notAfter = endOf(subjectToken) ?? Infinity;
  const bounded = Math.max(-longestLifetime, Math.min(longestLifetime, lifetime, notAfter - sentAt));
  const accessToken = new HeldAccessToken({
    value,
    obtainedAt: sentAt,
    expiresAt: sentAt + bounded,
    // A server that grants what was asked for need not say so (RFC 6749 §5.1).
    scope: scope ?? asked.scope,
    prove: tokenType === 'DPoP' ? prove : undefined,
  });
  return { accessToken, refreshToken };
}

/** When a subject token ends, in milliseconds since the epoch, where it can be read. */
export function endOf(subjectToken: string | undefined): number | undefined {
  const exp = subjectToken === undefined ? undefined : numericClaim(jwtClaims(subjectToken), 'exp');
  return exp === undefined ? undefined : exp * 1_000;
}
