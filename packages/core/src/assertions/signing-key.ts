import { createPrivateKey, type JsonWebKey, type KeyObject, type webcrypto } from 'node:crypto';
import { isCryptoKey, isKeyObject, isUint8Array } from 'node:util/types';
import { OptionsError } from '../errors.ts';
import { algorithmsOf, rsaBits, type SigningAlgorithm } from './key-algorithms.ts';

export type { SigningAlgorithm } from './key-algorithms.ts';

/** A private key: PEM (PKCS #8, PKCS #1, SEC 1), a JWK, a `KeyObject` or a `CryptoKey`. */
export type PrivateKey = string | PrivateJwk | KeyObject | webcrypto.CryptoKey;

/** A private key as a JSON Web Key. @see https://www.rfc-editor.org/rfc/rfc7517 */
export interface PrivateJwk extends JsonWebKey {
  /** The key's identifier, said in what it signs (`kid`). */
  readonly kid?: string | undefined;
  /** What the key signs by, where nothing else is chosen. */
  readonly alg?: string | undefined;
}

/** A private key, or a function that gives it whenever it is needed, async too: rotation without a restart. */
export type PrivateKeySource = PrivateKey | (() => PrivateKey | Promise<PrivateKey>);

/** A key that is ready to sign with. */
export interface SigningKey {
  readonly key: KeyObject | webcrypto.CryptoKey;
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

/** Reads a private key. @throws {TypeError} if it is none, or none to sign with; never with a word of it. */
export function signingKey(given: PrivateKey, algorithm?: SigningAlgorithm): SigningKey {
  const read = readKey(given, algorithm);
  if (typeof read === 'string') throw new TypeError(`the key ${read}`);
  return read;
}

/** @throws {OptionsError} if what is given is neither a key that can sign by this algorithm nor a function. */
export function assertPrivateKeySource(
  source: unknown,
  path: string,
  algorithm?: SigningAlgorithm,
): asserts source is PrivateKeySource {
  const read = typeof source === 'function' ? undefined : readKey(source, algorithm);
  if (typeof read === 'string') throw new OptionsError([{ path, message: read }]);
}

const rule =
  'must be a private key: PEM, JWK, KeyObject or CryptoKey, of type RSA, EC (P-256, P-384, P-521) or Ed25519; or a function that gives one';
const isPublic = 'is a public key; give the private key that belongs to it';
const smallestRsa = 2_048;

/** The key, or what is wrong with it. */
function readKey(given: unknown, wanted: SigningAlgorithm | undefined): SigningKey | string {
  const imported = importKey(given);
  if (typeof imported === 'string') return imported;
  const { key, keyId } = imported;
  if (key.type === 'public') return isPublic;
  const possible = algorithmsOf(key);
  const [usual] = possible;
  if (usual === undefined) return rule;
  const algorithm = wanted ?? imported.algorithm ?? usual;
  if (!possible.includes(algorithm)) {
    return `cannot sign by ${algorithm}, but by ${possible.join(', ')}; name one of these, or give another key`;
  }
  const bits = rsaBits(key) ?? smallestRsa;
  if (bits < smallestRsa) return `is too short: it has ${bits} bits, and ${smallestRsa} are the least (RFC 7518)`;
  return { key, algorithm, keyId };
}

interface ImportedKey {
  readonly key: KeyObject | webcrypto.CryptoKey;
  readonly keyId?: string | undefined;
  readonly algorithm?: string | undefined;
}

function importKey(given: unknown): ImportedKey | string {
  if (isCryptoKey(given) || isKeyObject(given)) return { key: given };
  if (isUint8Array(given)) return "came as bytes; give its text: readFile(path, 'utf8')";
  // A decoder's words say nothing that helps, and may hold a piece of the key.
  if (typeof given === 'string') return privateKeyOf(given) ?? mistakeIn(given) ?? rule;
  if (typeof given !== 'object' || given === null) return rule;
  const jwk: PrivateJwk = { ...given };
  const key = privateKeyOf({ key: jwk, format: 'jwk' });
  if (key === undefined) return isPublicJwk(jwk) ? isPublic : rule;
  return { ...key, keyId: jwk.kid, algorithm: jwk.alg };
}

function isPublicJwk({ kty, d }: PrivateJwk): boolean {
  return typeof kty === 'string' && kty !== 'oct' && d === undefined;
}

function privateKeyOf(given: Parameters<typeof createPrivateKey>[0]): ImportedKey | undefined {
  try {
    return { key: createPrivateKey(given) };
  } catch {
    return undefined;
  }
}

/** The usual slips with PEM. */
function mistakeIn(text: string): string | undefined {
  if (/\bENCRYPTED\b/.test(text)) {
    return 'is encrypted; decrypt it: createPrivateKey({ key, passphrase }) of node:crypto gives a KeyObject';
  }
  if (text.includes('\\n')) return 'has \\n as two letters where its lines end; make them line breaks';
  return /-----BEGIN (?:RSA PUBLIC KEY|PUBLIC KEY|CERTIFICATE)-----/.test(text) ? isPublic : undefined;
}
