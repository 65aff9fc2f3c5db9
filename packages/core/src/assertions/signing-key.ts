import { createPrivateKey, type JsonWebKey, KeyObject, webcrypto } from 'node:crypto';
import { isCryptoKey, isKeyObject } from 'node:util/types';
import { OptionsError } from '../errors.ts';

/** A private key: PEM (PKCS #8, PKCS #1, SEC 1), a JWK, a `KeyObject` or a `CryptoKey`. */
export type PrivateKey = string | PrivateJwk | KeyObject | webcrypto.CryptoKey;

/** A private key as a JSON Web Key. @see https://www.rfc-editor.org/rfc/rfc7517 */
export interface PrivateJwk extends JsonWebKey {
  readonly kid?: string | undefined;
  readonly alg?: string | undefined;
}

/** A private key, or a function that gives it whenever it is needed, async too: rotation without a restart. */
export type PrivateKeySource = PrivateKey | (() => PrivateKey | Promise<PrivateKey>);

/** What JWTs are signed by. @see https://www.rfc-editor.org/rfc/rfc7518#section-3.1 */
export type SigningAlgorithm =
  'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | 'Ed25519';

/** A key that is ready to sign with. */
export interface SigningKey {
  readonly key: KeyObject | webcrypto.CryptoKey;
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

/** Reads a private key. @throws {TypeError} if it is none, or none to sign with; never with a word of it. */
export function signingKey(given: PrivateKey, algorithm?: SigningAlgorithm): SigningKey {
  const { key, jwk } = imported(given);
  const kind = key.type === 'private' ? (algorithm ?? jwk?.alg ?? algorithmOf(key)) : undefined;
  if (kind === undefined) throw new TypeError(rule);
  return { key, algorithm: kind, keyId: jwk?.kid };
}

/** @throws {OptionsError} if what is given is neither a key nor a function. */
export function assertPrivateKeySource(source: unknown, path: string): asserts source is PrivateKeySource {
  if (typeof source === 'function') return;
  try {
    signingKey(isPrivateKey(source) ? source : '');
  } catch {
    // What exactly a decoder took offence at would only mislead: the whole key is no key.
    throw new OptionsError([{ path, message: rule }]);
  }
}

const rule =
  'must be a private key: PEM, JWK, KeyObject or CryptoKey, of type RSA, EC (P-256, P-384, P-521) or Ed25519; or a function that gives one';

function isPrivateKey(value: unknown): value is PrivateKey {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function imported(given: PrivateKey): { key: KeyObject | webcrypto.CryptoKey; jwk?: PrivateJwk } {
  if (isCryptoKey(given) || isKeyObject(given)) return { key: given };
  try {
    if (typeof given === 'string') return { key: createPrivateKey(given) };
    return { key: createPrivateKey({ key: given, format: 'jwk' }), jwk: given };
  } catch {
    // A decoder's words say nothing that helps, and may hold a piece of the key.
    throw new TypeError(rule);
  }
}

const byCurve = new Map([
  ['prime256v1', 'ES256'],
  ['P-256', 'ES256'],
  ['secp384r1', 'ES384'],
  ['P-384', 'ES384'],
  ['secp521r1', 'ES512'],
  ['P-521', 'ES512'],
]);

function algorithmOf(key: KeyObject | webcrypto.CryptoKey): string | undefined {
  if (isKeyObject(key)) {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    if (type === 'rsa') return 'RS256';
    if (type === 'rsa-pss') return 'PS256';
    if (type === 'ed25519') return 'EdDSA';
    return type === 'ec' ? byCurve.get(details?.namedCurve ?? '') : undefined;
  }
  const { name } = key.algorithm;
  const size = 'hash' in key.algorithm ? hashSize(key.algorithm.hash) : undefined;
  if (name === 'RSASSA-PKCS1-v1_5') return size && `RS${size}`;
  if (name === 'RSA-PSS') return size && `PS${size}`;
  if (name === 'Ed25519') return 'EdDSA';
  return 'namedCurve' in key.algorithm ? byCurve.get(String(key.algorithm.namedCurve)) : undefined;
}

function hashSize(hash: unknown): string | undefined {
  if (typeof hash !== 'object' || hash === null || !('name' in hash)) return undefined;
  return /^SHA-(\d+)$/.exec(String(hash.name))?.[1];
}
