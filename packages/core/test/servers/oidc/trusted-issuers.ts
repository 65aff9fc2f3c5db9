import { createPrivateKey, randomUUID } from 'node:crypto';
import { CompactSign } from 'jose';
import { signingKey, type SigningKey } from './keys.ts';
import type { ServiceAccount } from './users.ts';

/** Where users sign in: the provider takes its JWTs as subject tokens. */
export const loginIssuer = 'https://login.example';

/** The keys of everyone whose JWTs the provider takes. */
export interface TrustedIssuers {
  readonly login: SigningKey;
  readonly serviceAccount: ServiceAccount;
}

export async function trustedIssuers(): Promise<TrustedIssuers> {
  const [login, key] = await Promise.all([
    signingKey('ES256', 'login.example'),
    signingKey('RS256', 'service-account-key'),
  ]);
  return { login, serviceAccount: { ...key, clientId: 'robot@project.example' } };
}

/** What a test may change of a JWT; a claim that is undefined is left out. */
export interface JwtChanges {
  /** Seconds; negative for a JWT that has ended. Default: 300. */
  readonly expiresIn?: number;
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | string[];
  readonly jti?: string | undefined;
  readonly [claim: string]: unknown;
}

/** Signs a JWT. */
export async function signJwt(key: SigningKey, claims: object, typ: string): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
    .sign(createPrivateKey(key.privateKey));
}

/** The claims of a JWT with a `jti` of its own, as usual but for the changes. */
export function claimsOf(usual: object, { expiresIn = 300, ...changes }: JwtChanges): object {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + expiresIn, jti: randomUUID(), ...usual, ...changes };
}
