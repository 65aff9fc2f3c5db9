import { createPublicKey } from 'node:crypto';
import { decodeJwt, errors as joseErrors, jwtVerify, type JWTPayload } from 'jose';
import type Provider from 'oidc-provider';
import type { SigningKey } from './keys.ts';
import { errors } from './load-provider.ts';
import { loginIssuer } from './trusted-issuers.ts';

/** Who acts for the subject (RFC 8693 §4.1); whoever acted before is inside. */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor;
}

/** What a token says of its subject. */
export interface Subject {
  readonly sub: string;
  readonly act?: Actor;
  /** Whether it is a person; a client that got a token for itself is none. */
  readonly isUser: boolean;
  readonly isJwt: boolean;
}

/** The keys by the issuer of the JWT. */
export interface SubjectKeys {
  readonly own: SigningKey;
  readonly login: SigningKey;
}

/** Reads a token that this provider issued, opaque or a JWT, or a JWT of the place where users sign in. */
export async function readSubjectToken(provider: Provider, keys: SubjectKeys, token: string): Promise<Subject> {
  const claims = token.split('.').length === 3 ? await verifyJwt(provider.issuer, keys, token) : undefined;
  if (claims?.sub !== undefined) {
    const isUser = claims.sub !== claims['client_id'];
    return { sub: claims.sub, isUser, isJwt: true, ...actorOf(claims['act']) };
  }
  const ofUser = await provider.AccessToken.find(token);
  if (ofUser) return { sub: ofUser.accountId, isUser: true, isJwt: false, ...actorOf(ofUser.extra?.['act']) };
  const ofClient = await provider.ClientCredentials.find(token);
  if (ofClient?.clientId !== undefined) return { sub: ofClient.clientId, isUser: false, isJwt: false };
  throw new errors.InvalidGrant('token not found, expired or revoked');
}

async function verifyJwt(issuer: string, keys: SubjectKeys, token: string): Promise<JWTPayload> {
  try {
    const isLogin = decodeJwt(token).iss === loginIssuer;
    const { alg, privateKey } = isLogin ? keys.login : keys.own;
    const expected = isLogin ? { issuer: loginIssuer, audience: issuer } : { issuer, typ: 'at+jwt' };
    const rules = { ...expected, algorithms: [alg], requiredClaims: ['sub', 'exp'] };
    const { payload } = await jwtVerify(token, createPublicKey(privateKey), rules);
    return payload;
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) throw new errors.InvalidGrant(`token not accepted: ${error.message}`);
    throw error;
  }
}

function actorOf(act: unknown): { act?: Actor } {
  return isActor(act) ? { act } : {};
}

function isActor(value: unknown): value is Actor {
  return typeof value === 'object' && value !== null && 'sub' in value && typeof value.sub === 'string';
}
