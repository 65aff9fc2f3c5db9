import { createPrivateKey, randomUUID } from 'node:crypto';
import { SignJWT, type JWTPayload } from 'jose';
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

/** What a test may change of a JWT; `expiresIn` is in seconds. */
export interface JwtChanges extends JWTPayload {
  readonly expiresIn?: number;
}

/** Signs a JWT for this audience: five minutes, a `jti` of its own. A claim that is changed to undefined is left out. */
export async function signJwt(key: SigningKey, claims: JWTPayload, typ: string): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
    .sign(createPrivateKey(key.privateKey));
}

export function claimsOf(usual: JWTPayload, { expiresIn = 300, ...changes }: JwtChanges): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + expiresIn, jti: randomUUID(), ...usual, ...changes };
}
