import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify, type JWTPayload } from 'jose';
import { proofAlgorithms, Refusal } from './refusal.ts';

/** A call with a DPoP proof. */
export interface ProvenCall {
  readonly method: string;
  /** Whole, as it was called. */
  readonly url: string;
  readonly accessToken: string;
  /** The value of the `DPoP` header; two of them are joined by a comma, and no proof at all. */
  readonly proof: string | undefined;
  /** The nonce that must be in it, where one must. */
  readonly nonce: string | undefined;
}

/** Checks proofs (RFC 9449 §4.3), each good once; gives the thumbprint of its key. */
export function proofCheck(): (call: ProvenCall) => Promise<string> {
  const seen = new Set<string>();
  return async (call) => {
    const { payload, thumbprint } = await verify(call.proof ?? '');
    const problem = problemOf(payload, call);
    if (problem !== undefined) throw new Refusal('DPoP', 'invalid_dpop_proof', problem);
    if (call.nonce !== undefined && payload['nonce'] !== call.nonce)
      throw new Refusal('DPoP', 'use_dpop_nonce', 'the proof needs the nonce of this server');
    const once = `${thumbprint} ${payload.jti ?? ''}`;
    if (seen.has(once)) throw new Refusal('DPoP', 'invalid_dpop_proof', 'jti used before');
    seen.add(once);
    return thumbprint;
  };
}

async function verify(proof: string): Promise<{ payload: JWTPayload; thumbprint: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: proofAlgorithms,
      requiredClaims: ['jti', 'iat'],
      maxTokenAge: 60,
      clockTolerance: 5,
    });
    if (protectedHeader.jwk === undefined) throw new Refusal('DPoP', 'invalid_dpop_proof', 'no jwk');
    return { payload, thumbprint: await calculateJwkThumbprint(protectedHeader.jwk) };
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new Refusal('DPoP', 'invalid_dpop_proof', error.code);
    throw error;
  }
}

function problemOf(payload: JWTPayload, { method, url, accessToken }: ProvenCall): string | undefined {
  if (payload['htm'] !== method) return 'htm is another method';
  if (typeof payload['htu'] !== 'string' || target(payload['htu']) !== target(url)) return 'htu is another address';
  if (payload['ath'] !== createHash('sha256').update(accessToken).digest('base64url')) return 'ath is another token';
  return undefined;
}

/** Without query and fragment, and normalised (RFC 9449 §4.3). */
function target(address: string): string | undefined {
  try {
    const { origin, pathname } = new URL(address);
    return origin + pathname;
  } catch {
    return undefined;
  }
}
