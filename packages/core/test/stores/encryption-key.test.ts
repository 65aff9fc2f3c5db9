import { exposedSecrets } from '@outbound-auth/testing';
import { createPrivateKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptionKey, readEncryptionKey } from '../../src/stores/encryption-key.ts';

const make = `make one: node -p "require('crypto').randomBytes(32).toString('base64url')"`;
const good = Buffer.from('b1946ac92492d2347c6235b4d2611184c3fcd3dbf6f5a1d0e8a7b9f20415263a', 'hex');

describe('an encryption key', () => {
  it.each<[string, unknown]>([
    ['base64', good.toString('base64')],
    ['base64 without its end', good.toString('base64').replace('=', '')],
    ['base64url', good.toString('base64url')],
    ['hexadecimal', good.toString('hex')],
    ['hexadecimal in capitals', good.toString('hex').toUpperCase()],
    ['a line of a file', `${good.toString('base64')}\n`],
    ['a Buffer', good],
    ['bytes', new Uint8Array(good)],
    ['a KeyObject', createSecretKey(good)],
  ])('is taken as %s', (_form, given) => {
    expect(encryptionKey(given).export()).toEqual(good);
  });

  it('stays what it was when the bytes that it was given as are wiped', () => {
    const bytes = Buffer.from(good);
    const key = encryptionKey(bytes);
    bytes.fill(0);
    expect(key.export()).toEqual(good);
  });

  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const none = (what: string) =>
    `must be 32 random bytes (such a text, bytes, or a secret KeyObject), not ${what}; ${make}`;
  const noText = `is no text in base64, base64url or hexadecimal; ${make}`;
  const wrongSize = (count: number) => `has ${count} bytes, and must have 32; ${make}`;
  const passphrase = `is a passphrase, which can be guessed; ${make}`;
  const pattern = `has a pattern, so that it is not random; ${make}`;
  it.each<[string, unknown, string]>([
    ['undefined', undefined, none('undefined')],
    ['null', null, none('null')],
    ['a number', 7, none('a number')],
    ['a JWK', { kty: 'oct', k: good.toString('base64url') }, none('an object')],
    ['a private key', privateKey, none('an object')],
    ['a public key', publicKey, none('an object')],
    ['a PEM', privateKey.export({ type: 'pkcs8', format: 'pem' }), noText],
    ['an empty text', '', noText],
    ['blanks', ' \n', noText],
    ['words', 'correct horse battery staple, and more', noText],
    ['letters that base64 has too, but not so', 'AbcdefghijklmnopqrstuvwxyzAbcdefghijklmnopqrB', noText],
    ['half a hexadecimal digit too few', good.toString('hex').slice(1), noText],
    ['31 bytes', good.subarray(1), wrongSize(31)],
    ['no bytes', new Uint8Array(), wrongSize(0)],
    ['33 bytes in base64', Buffer.concat([good, Buffer.from('x')]).toString('base64'), wrongSize(33)],
    ['16 bytes in hexadecimal, which is base64 too', good.toString('hex').slice(32), wrongSize(24)],
    ['a KeyObject of 16 bytes', createSecretKey(good.subarray(16)), wrongSize(16)],
    ['a passphrase of 32 letters', Buffer.from('correct horse battery staple 123'), passphrase],
    ['a passphrase in base64', Buffer.from('correct horse battery staple 123').toString('base64'), passphrase],
    ['zeros', Buffer.alloc(32), pattern],
    ['zeros in hexadecimal', '0'.repeat(64), pattern],
    ['16 bytes twice', Buffer.concat([good.subarray(16), good.subarray(16)]), pattern],
    [
      'bytes of which there are few',
      Buffer.from(Array.from({ length: 32 }, (_, index) => ((index % 2) * (index >> 1)) & 15)),
      pattern,
    ],
    ['the numbers from 0 on', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), pattern],
    ['the numbers downwards', Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - 7 * index)), pattern],
  ])('is refused as %s', (_what, given, problem) => {
    expect(readEncryptionKey(given)).toBe(problem);
    expect(() => encryptionKey(given)).toThrow(new TypeError(`the key ${problem}`));
  });

  it('E25 that is refused is not shown', () => {
    const short = good.subarray(1);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const given of [short.toString('base64'), short.toString('hex'), short, createSecretKey(short), pem]) {
      const secrets = [short.toString('base64'), short.toString('hex'), pem.split('\n')[1] ?? pem];
      expect(exposedSecrets({ problem: readEncryptionKey(given) }, secrets)).toEqual([]);
    }
    expect(createPrivateKey(pem).equals(privateKey)).toBe(true);
  });

  it('that is random is never taken for a weak one, and is the same in each form', () => {
    for (let count = 0; count < 2_000; count += 1) {
      const bytes = randomBytes(32);
      const key = encryptionKey(bytes);
      for (const form of ['base64', 'base64url', 'hex'] as const) {
        expect(encryptionKey(bytes.toString(form)).equals(key)).toBe(true);
      }
    }
  });
});
