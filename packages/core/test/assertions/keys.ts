import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';

/** Keys of each type that JWTs are signed with. */
export const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
};

/** PKCS #8, the form that is common to all. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A pair for Web Crypto, whose private half leaves the process only where `extractable` is true. */
export function cryptoKeys(
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams | { readonly name: 'Ed25519' },
  extractable = false,
): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

export function rsaParameters(
  name: 'RSASSA-PKCS1-v1_5' | 'RSA-PSS',
  hash: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512',
): webcrypto.RsaHashedKeyGenParams {
  return { name, hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
}

/** What must never be shown of a key: each line of its PEM, each private member of its JWK. */
export function secretsOf(key: KeyObject): string[] {
  const lines = pemOf(key)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('-'));
  const { d = '', p, q, dp, dq, qi } = key.export({ format: 'jwk' });
  return [...lines, d, ...[p, q, dp, dq, qi].filter((member) => member !== undefined)];
}
