import type { KeyObject, webcrypto } from 'node:crypto';
import { isKeyObject } from 'node:util/types';
import type { OptionReader } from '../option-reader.ts';

/** What JWTs are signed by. @see https://www.rfc-editor.org/rfc/rfc7518#section-3.1 */
export type SigningAlgorithm =
  'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | 'Ed25519';

const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
// RFC 9864 has given EdDSA with this curve a name of its own, which not every server knows yet.
const ed25519 = ['EdDSA', 'Ed25519'] as const;

/** All of them; a private key can sign by some. */
const signingAlgorithms: readonly [SigningAlgorithm, ...SigningAlgorithm[]] = [
  'ES256',
  'ES384',
  'ES512',
  ...rsa,
  ...ed25519,
];

/** Reads the algorithm that an option wants; undefined leaves it to the key. */
export function readAlgorithm(reader: OptionReader, name: string): SigningAlgorithm | undefined {
  const value = reader.value(name);
  if (value !== undefined) reader.oneOf(name, signingAlgorithms);
  return signingAlgorithms.find((algorithm) => algorithm === value);
}

const byCurve: ReadonlyMap<unknown, SigningAlgorithm> = new Map([
  ['prime256v1', 'ES256'],
  ['P-256', 'ES256'],
  ['secp384r1', 'ES384'],
  ['P-384', 'ES384'],
  ['secp521r1', 'ES512'],
  ['P-521', 'ES512'],
]);

/** What a key can sign by, the usual one first; nothing for a key of another type. */
export function algorithmsOf(key: KeyObject | webcrypto.CryptoKey): readonly string[] {
  if (isKeyObject(key)) {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    if (type === 'rsa') return rsa;
    if (type === 'ed25519') return ed25519;
    return listed(type === 'ec' ? byCurve.get(details?.namedCurve) : undefined);
  }
  const { name } = key.algorithm;
  if (name === 'Ed25519') return ed25519;
  if (name === 'ECDSA') return listed(byCurve.get(member(key.algorithm, 'namedCurve')));
  const family = name === 'RSASSA-PKCS1-v1_5' ? 'RS' : name === 'RSA-PSS' ? 'PS' : undefined;
  const size = String(member(member(key.algorithm, 'hash'), 'name')).replace('SHA-', '');
  return listed(rsa.find((algorithm) => algorithm === `${family}${size}`));
}

/** How long the modulus of an RSA key is, in bits. */
export function rsaBits(key: KeyObject | webcrypto.CryptoKey): number | undefined {
  const bits = member(isKeyObject(key) ? key.asymmetricKeyDetails : key.algorithm, 'modulusLength');
  return typeof bits === 'number' ? bits : undefined;
}

function listed(algorithm: SigningAlgorithm | undefined): readonly SigningAlgorithm[] {
  return algorithm === undefined ? [] : [algorithm];
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
