import { createPublicKey, generateKeyPairSync, hash, KeyObject, randomUUID } from 'node:crypto';
import { isKeyObject } from 'node:util/types';
import { backdated, signJwt } from '../assertions/sign-jwt.ts';
import {
  type PrivateKeySource,
  type SigningAlgorithm,
  type SigningKey,
  signingKey,
} from '../assertions/signing-key.ts';
import type { Nonces } from '../nonces.ts';
import type { Prove } from '../tokens/access-token.ts';
import type { TokenRequestDraft } from './draft.ts';
import type { ProofKeys } from './proof-keys.ts';

/** How a client proves the possession of its tokens. */
export interface DpopSettings {
  /** Undefined: a key made here, for the life of this process. */
  readonly key: PrivateKeySource | undefined;
  readonly algorithm: SigningAlgorithm | undefined;
  readonly allowBearer: boolean;
  readonly nonces: Nonces;
  readonly clock: { now(): number };
}

/** DPoP: keys that tokens are bound to, and their proofs. @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2 */
export class Dpop implements ProofKeys {
  readonly allowBearer: boolean;
  readonly #settings: DpopSettings;
  #own: KeyObject | undefined;

  constructor(settings: DpopSettings) {
    this.allowBearer = settings.allowBearer;
    this.#settings = settings;
  }

  async next(draft: Pick<TokenRequestDraft, 'value'>): Promise<Prove> {
    const { key, algorithm } = this.#settings;
    const given = key === undefined ? this.#generated() : await draft.value(key);
    return this.#proveBy(signingKey(given, algorithm));
  }

  #generated(): KeyObject {
    this.#own ??= generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    return this.#own;
  }

  #proveBy({ key, algorithm }: SigningKey): Prove {
    const { nonces, clock } = this.#settings;
    const jwk = publicJwk(key);
    const hashOf = rememberedHash();
    return async (method, url, accessToken) => {
      const nonce = nonces.get(url);
      const claims = {
        jti: randomUUID(),
        htm: method,
        htu: `${url.origin}${url.pathname}`,
        iat: backdated(clock.now()),
        ...(accessToken === undefined ? {} : { ath: hashOf(accessToken) }),
        ...(nonce === undefined ? {} : { nonce }),
      };
      return signJwt({ typ: 'dpop+jwt', jwk }, claims, { key, algorithm });
    };
  }
}

/** A token is sent many times, and hashed once. */
function rememberedHash(): (text: string) => string {
  let last: { readonly text: string; readonly digest: string } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, digest: hash('sha256', text, 'base64url') };
    return last.digest;
  };
}

function publicJwk(key: SigningKey['key']): object {
  return createPublicKey(isKeyObject(key) ? key : KeyObject.from(key)).export({ format: 'jwk' });
}
