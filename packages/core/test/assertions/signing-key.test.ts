import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assertPrivateKeySource, type PrivateKey, signingKey } from '../../src/assertions/signing-key.ts';
import type { SigningAlgorithm } from '../../src/assertions/key-algorithms.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { cryptoKeys, keys, pemOf, rsaParameters } from './keys.ts';

const { rsa, p256, p384, p521, ed25519 } = keys;
const all = 'RS256, RS384, RS512, PS256, PS384, PS512';
const rule =
  'must be a private key: PEM, JWK, KeyObject or CryptoKey, of type RSA, EC (P-256, P-384, P-521) or Ed25519; or a function that gives one';
const isPublic = 'is a public key; give the private key that belongs to it';

const jwkOf = (pair: (typeof keys)[keyof typeof keys], members = {}): PrivateKey => ({
  ...pair.privateKey.export({ format: 'jwk' }),
  ...members,
});

describe('a private key', () => {
  it.each<[string, PrivateKey, string]>([
    ['PKCS #8, RSA', pemOf(rsa.privateKey), 'RS256'],
    ['PKCS #1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'RS256'],
    ['SEC 1', p256.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), 'ES256'],
    ['PKCS #8, P-384', pemOf(p384.privateKey), 'ES384'],
    ['PKCS #8, Ed25519', pemOf(ed25519.privateKey), 'EdDSA'],
    ['PEM with line ends of Windows', pemOf(p521.privateKey).replaceAll('\n', '\r\n'), 'ES512'],
    ['PEM with words before it', `Bag Attributes\n  friendlyName: billing\n${pemOf(p256.privateKey)}`, 'ES256'],
    ['KeyObject, RSA', rsa.privateKey, 'RS256'],
    ['KeyObject, P-521', p521.privateKey, 'ES512'],
    ['KeyObject, Ed25519', ed25519.privateKey, 'EdDSA'],
    ['JWK, RSA', jwkOf(rsa), 'RS256'],
    ['JWK, RSA, with an alg', jwkOf(rsa, { alg: 'PS384' }), 'PS384'],
    ['JWK, P-256', jwkOf(p256), 'ES256'],
    ['JWK, Ed25519, with an alg', jwkOf(ed25519, { alg: 'Ed25519' }), 'Ed25519'],
  ])('as %s tells its algorithm', (_form, key, algorithm) => {
    expect(signingKey(key)).toMatchObject({ algorithm, key: { type: 'private' } });
    expect(() => assertPrivateKeySource(key, 'f(key)')).not.toThrow();
  });

  it.each([
    [rsaParameters('RSASSA-PKCS1-v1_5', 'SHA-256'), 'RS256'],
    [rsaParameters('RSASSA-PKCS1-v1_5', 'SHA-512'), 'RS512'],
    [rsaParameters('RSA-PSS', 'SHA-384'), 'PS384'],
    [{ name: 'ECDSA', namedCurve: 'P-256' } as const, 'ES256'],
    [{ name: 'ECDSA', namedCurve: 'P-384' } as const, 'ES384'],
    [{ name: 'ECDSA', namedCurve: 'P-521' } as const, 'ES512'],
    [{ name: 'Ed25519' } as const, 'EdDSA'],
  ])('as CryptoKey (%o) tells its algorithm, and is used as it is', async (parameters, algorithm) => {
    const { privateKey } = await cryptoKeys(parameters);
    expect(signingKey(privateKey)).toEqual({ key: privateKey, algorithm, keyId: undefined });
  });

  it('has the identifier of its JWK', () => {
    expect(signingKey(jwkOf(p256, { kid: 'billing-1' })).keyId).toBe('billing-1');
    expect(signingKey(jwkOf(p256)).keyId).toBeUndefined();
  });

  it.each<[PrivateKey, SigningAlgorithm]>([
    [rsa.privateKey, 'PS512'],
    [jwkOf(rsa, { alg: 'RS256' }), 'PS256'],
    [jwkOf(rsa, { alg: 'RSA-OAEP' }), 'RS512'],
    [ed25519.privateKey, 'Ed25519'],
  ])('signs by another algorithm where that is wanted', (key, algorithm) => {
    expect(signingKey(key, algorithm).algorithm).toBe(algorithm);
  });

  it.each<[PrivateKey, SigningAlgorithm | undefined, string]>([
    [rsa.privateKey, 'ES256', `cannot sign by ES256, but by ${all}; name one of these, or give another key`],
    [p256.privateKey, 'RS256', 'cannot sign by RS256, but by ES256; name one of these, or give another key'],
    [p256.privateKey, 'ES384', 'cannot sign by ES384, but by ES256; name one of these, or give another key'],
    [p256.privateKey, 'EdDSA', 'cannot sign by EdDSA, but by ES256; name one of these, or give another key'],
    [
      ed25519.privateKey,
      'ES256',
      'cannot sign by ES256, but by EdDSA, Ed25519; name one of these, or give another key',
    ],
    [
      jwkOf(rsa, { alg: 'RSA-OAEP' }),
      undefined,
      `cannot sign by RSA-OAEP, but by ${all}; name one of these, or give another key`,
    ],
  ])('does not sign by an algorithm of another type of key', (key, algorithm, message) => {
    expect(problemsOf(() => assertPrivateKeySource(key, 'f(key)', algorithm))).toEqual([`f(key): ${message}`]);
    expect(() => signingKey(key, algorithm)).toThrow(new TypeError(`the key ${message}`));
  });

  it('for Web Crypto signs by the algorithm that it was made for, and by no other', async () => {
    const { privateKey } = await cryptoKeys(rsaParameters('RSASSA-PKCS1-v1_5', 'SHA-256'));
    expect(problemsOf(() => assertPrivateKeySource(privateKey, 'f(key)', 'PS256'))).toEqual([
      'f(key): cannot sign by PS256, but by RS256; name one of these, or give another key',
    ]);
  });

  it('is not looked at where a function gives it', () => {
    expect(() => assertPrivateKeySource(() => 'rubbish', 'f(key)')).not.toThrow();
  });
});

describe('what cannot sign', () => {
  const encrypted = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'the passphrase' } as const;
  const decrypt = 'is encrypted; decrypt it: createPrivateKey({ key, passphrase }) of node:crypto gives a KeyObject';

  it.each<[string, unknown, string]>([
    ['undefined', undefined, rule],
    ['null', null, rule],
    ['an empty text', '', rule],
    ['a number', 7, rule],
    ['a text of something else', 'a-secret', rule],
    ['an empty object', {}, rule],
    ['a list', [pemOf(p256.privateKey)], rule],
    ['half a PEM', pemOf(rsa.privateKey).slice(0, 400), rule],
    ['a private JWK without its primes', { ...rsa.privateKey.export({ format: 'jwk' }), p: undefined }, rule],
    ['a secret as JWK', { kty: 'oct', k: 'c2VjcmV0' }, rule],
    ['a secret as KeyObject', createSecretKey(randomBytes(32)), rule],
    ['a key on another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, rule],
    ['a key to agree by', generateKeyPairSync('x25519').privateKey, rule],
    ['an RSA key for PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, rule],
    ['a public PEM', rsa.publicKey.export({ type: 'spki', format: 'pem' }), isPublic],
    ['a public PEM, PKCS #1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }), isPublic],
    ['a public JWK', p256.publicKey.export({ format: 'jwk' }), isPublic],
    ['a public KeyObject', ed25519.publicKey, isPublic],
    ['an encrypted PEM', rsa.privateKey.export({ ...encrypted, type: 'pkcs8' }), decrypt],
    ['an encrypted PEM of old', rsa.privateKey.export({ ...encrypted, type: 'pkcs1' }), decrypt],
    [
      'a PEM out of an environment variable',
      pemOf(p256.privateKey).replaceAll('\n', '\\n'),
      'has \\n as two letters where its lines end; make them line breaks',
    ],
    ['bytes', Buffer.from(pemOf(p256.privateKey)), "came as bytes; give its text: readFile(path, 'utf8')"],
    [
      'a short RSA key',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
      'is too short: it has 1024 bits, and 2048 are the least (RFC 7518)',
    ],
  ])('is %s', (_what, given, message) => {
    expect(problemsOf(() => assertPrivateKeySource(given, 'f(key)'))).toEqual([`f(key): ${message}`]);
    expect(() => signingKey(untyped(given))).toThrow(new TypeError(`the key ${message}`));
  });

  it('is a CryptoKey for anything but signatures', async () => {
    const { publicKey } = await cryptoKeys({ name: 'ECDSA', namedCurve: 'P-256' });
    const agreeing = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const decrypting = await crypto.subtle.generateKey(
      { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
      false,
      ['decrypt', 'encrypt'],
    );
    const old = await cryptoKeys(rsaParameters('RSASSA-PKCS1-v1_5', 'SHA-1'));
    expect(problemsOf(() => assertPrivateKeySource(publicKey, 'f(key)'))).toEqual([`f(key): ${isPublic}`]);
    for (const { privateKey } of [agreeing, decrypting, old])
      expect(problemsOf(() => assertPrivateKeySource(privateKey, 'f(key)'))).toEqual([`f(key): ${rule}`]);
  });
});
