import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import type { SecretClient } from '../oidc/clients.ts';
import { Refusal } from './refusal.ts';

/** The authorization server whose tokens are good. */
export interface TrustedServer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly introspectionEndpoint: string;
  readonly clients: { readonly api: SecretClient };
  readonly fetch: typeof fetch;
}

/** What a good token says. */
export interface TokenClaims {
  readonly sub?: unknown;
  readonly scope?: unknown;
  readonly cnf?: unknown;
  readonly [claim: string]: unknown;
}

export type ReadToken = (scheme: 'Bearer' | 'DPoP', token: string) => Promise<TokenClaims>;

/** Reads tokens: a JWT by the server's keys, for this audience alone; any other by asking the server (RFC 7662). */
export function tokenReader(server: TrustedServer, audience: string): ReadToken {
  const keySet = createRemoteJWKSet(new URL(server.jwksUri), { [customFetch]: server.fetch });
  return async (scheme, token) => {
    if (token.split('.').length !== 3) return introspect(server, scheme, token);
    try {
      const rules = { issuer: server.issuer, audience, typ: 'at+jwt', algorithms: ['RS256'], requiredClaims: ['exp'] };
      return (await jwtVerify(token, keySet, rules)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Refusal(scheme, 'invalid_token', error.code);
      throw error;
    }
  };
}

async function introspect(server: TrustedServer, scheme: 'Bearer' | 'DPoP', token: string): Promise<TokenClaims> {
  const { clientId, clientSecret } = server.clients.api;
  const userinfo = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const response = await server.fetch(server.introspectionEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(userinfo).toString('base64')}` },
    body: new URLSearchParams({ token }),
  });
  const claims: unknown = await response.json();
  if (!response.ok || !isClaims(claims)) throw new Error(`Introspection failed with ${response.status}`);
  if (claims['active'] !== true) throw new Refusal(scheme, 'invalid_token', 'not active');
  return claims;
}

function isClaims(value: unknown): value is TokenClaims {
  return typeof value === 'object' && value !== null;
}
