import { createPrivateKey, createSecretKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparable, fingerprint } from '../src/comparable.ts';
import { clientSecretBasic } from '../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../src/client-authentication/client-secret-post.ts';
import { none } from '../src/client-authentication/none.ts';
import { privateKeyJwt } from '../src/client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../src/client-authentication/tls-client-auth.ts';
import { anyText } from './any-text.ts';
import { cryptoKeys, keys, pemOf } from './assertions/keys.ts';
import { makeCertificates } from './servers/certificates.ts';

type Value = string | number | boolean | null | Uint8Array | readonly Value[] | { readonly [name: string]: Value };

// Names and texts that could pass for the words between them.
const text = fc.oneof(
  anyText({ maxLength: 6 }),
  fc.constantFrom('end', 'object', 'list', 'made', 'member a', 'string a'),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));

/** The same value, built anew from its last member to its first. */
function rebuilt(given: Value): Value {
  if (typeof given !== 'object' || given === null) return given;
  if (given instanceof Uint8Array) return Uint8Array.from(given);
  if (isList(given)) return given.map(rebuilt);
  return Object.fromEntries(
    Object.entries(given)
      .reverse()
      .map(([name, member]) => [name, rebuilt(member)]),
  );
}

function isList(given: Value): given is readonly Value[] {
  return Array.isArray(given);
}

/** A text that tells all of a value, in another way. */
function spelledOut(given: Value): string {
  if (typeof given !== 'object' || given === null) return `${typeof given}:${JSON.stringify(given)}`;
  if (given instanceof Uint8Array) return `bytes:${JSON.stringify([...given])}`;
  if (isList(given)) return `[${given.map(spelledOut).join()}]`;
  const members = Object.entries(given).map(([name, member]) => `${JSON.stringify(name)}=${spelledOut(member)}`);
  return `{${members.sort().join()}}`;
}

describe('a fingerprint', () => {
  it('is equal for equal values, whatever the order of their members', () => {
    fc.assert(fc.property(value, (given) => fingerprint(rebuilt(given)) === fingerprint(given)));
  });

  it('differs for different values', () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(fingerprint(one) === fingerprint(other)).toBe(spelledOut(one) === spelledOut(other));
      }),
    );
  });

  it('differs when anything inside has changed', () => {
    const containers = fc.tuple(text, value, value).filter(([, one, other]) => spelledOut(one) !== spelledOut(other));
    fc.assert(
      fc.property(containers, value, ([name, one, other], rest) => {
        const around = (member: Value) => ({ rest, list: [{ [name]: member }] });
        expect(fingerprint(around(one))).not.toBe(fingerprint(around(other)));
      }),
    );
  });

  it.each([
    [{ a: {}, b: 'x' }, { a: { b: 'x' } }],
    [{ a: { end: 'x' } }, { a: {}, end: 'x' }],
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['a', 'b'], ['amember 1string b']],
    [['a'], { 0: 'a' }],
    [1, '1'],
    [null, 'null'],
    [undefined, null],
    ['bytes ', new Uint8Array()],
    [() => undefined, {}],
  ])('tells %o from %o', (one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('takes what is undefined as absent', () => {
    expect(fingerprint({ a: 1, b: undefined })).toBe(fingerprint({ a: 1 }));
  });

  it('does not tell functions apart, nor instances of one class', () => {
    class Circle {
      readonly self = this;
      readonly radius: number;
      constructor(radius: number) {
        this.radius = radius;
      }
    }
    expect(fingerprint({ f: () => 1 })).toBe(fingerprint({ f: () => 2 }));
    expect(fingerprint({ c: new Circle(1) })).toBe(fingerprint({ c: new Circle(2) }));
    expect(fingerprint({ c: new Circle(1) })).not.toBe(fingerprint({}));
  });

  it('is 43 letters that show nothing of the value', () => {
    expect(fingerprint({ clientSecret: 'a-secret' })).toMatch(/^[\w-]{43}$/);
    expect(fingerprint('a-secret')).not.toContain('secret');
  });
});

describe('the fingerprint of a key', () => {
  const { rsa, p256 } = keys;
  const otherP256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it('is that of its public half', () => {
    expect(fingerprint(createPrivateKey(pemOf(p256.privateKey)))).toBe(fingerprint(p256.privateKey));
    expect(fingerprint(p256.privateKey)).not.toBe(fingerprint(otherP256.privateKey));
    expect(fingerprint(p256.privateKey)).not.toBe(fingerprint(rsa.privateKey));
  });

  it('tells a public key from its private one, and from others', () => {
    expect(fingerprint(p256.publicKey)).not.toBe(fingerprint(p256.privateKey));
    expect(fingerprint(p256.publicKey)).not.toBe(fingerprint(otherP256.publicKey));
  });

  it('tells two shared secrets apart', async () => {
    const [one, same, other] = ['a-secret', 'a-secret', 'another'].map((secret) =>
      createSecretKey(Buffer.from(secret)),
    );
    expect(fingerprint(one)).toBe(fingerprint(same));
    expect(fingerprint(one)).not.toBe(fingerprint(other));
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const [first, second] = await Promise.all(
      ['a-secret', 'another'].map((secret) =>
        webcrypto.subtle.importKey('raw', Buffer.from(secret), hmac, true, ['sign']),
      ),
    );
    expect(fingerprint(first)).not.toBe(fingerprint(second));
  });

  it('for Web Crypto is that of its public half, or of itself where it cannot be exported', async () => {
    const { privateKey } = await cryptoKeys({ name: 'ECDSA', namedCurve: 'P-256' }, true);
    const jwk = await webcrypto.subtle.exportKey('jwk', privateKey);
    const imported = (extractable: boolean) =>
      webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, extractable, ['sign']);
    const [open, closed, closedToo] = await Promise.all([imported(true), imported(false), imported(false)]);
    expect(fingerprint(open)).toBe(fingerprint(privateKey));
    expect(fingerprint(closed)).toBe(fingerprint(closed));
    expect(fingerprint(closed)).not.toBe(fingerprint(closedToo));
  });
});

describe('what was noted as made of something', () => {
  it('is compared by that', () => {
    const made = (...parts: unknown[]) => comparable(() => undefined, ...parts);
    expect(fingerprint(made('a', 1))).toBe(fingerprint(made('a', 1)));
    expect(fingerprint(made('a', 1))).not.toBe(fingerprint(made('a', 2)));
    expect(fingerprint(made('a', 1))).not.toBe(fingerprint(['a', 1]));
    expect(fingerprint(made())).not.toBe(fingerprint(() => undefined));
    expect(fingerprint({ grant: made('a') })).not.toBe(fingerprint({ grant: made('b') }));
  });

  it('holds for every client authentication', async () => {
    const { client, stranger } = await makeCertificates();
    const { cert, key } = client;
    const makers = [
      () => clientSecretBasic('one'),
      () => clientSecretBasic('other'),
      () => clientSecretBasic('one', { encoding: 'raw' }),
      () => clientSecretPost('one'),
      () => clientSecretPost('other'),
      () => clientSecretJwt('one'),
      () => clientSecretJwt('other'),
      () => clientSecretJwt('one', { algorithm: 'HS512' }),
      () => clientSecretJwt('one', { expiresIn: 30 }),
      () => privateKeyJwt(keys.p256.privateKey),
      () => privateKeyJwt(keys.p384.privateKey),
      () => privateKeyJwt(keys.p256.privateKey, { audience: 'token-endpoint' }),
      () => privateKeyJwt(keys.p256.privateKey, { keyId: 'billing-1' }),
      () => privateKeyJwt(keys.rsa.privateKey, { algorithm: 'RS256' }),
      () => privateKeyJwt(keys.rsa.privateKey, { algorithm: 'PS256' }),
      () => none(),
      () => none({ sendClientId: false }),
      () => tlsClientAuth({ cert, key }),
      () => tlsClientAuth({ cert: stranger.cert, key: stranger.key }),
    ];
    const prints = makers.map((make) => fingerprint({ clientAuthentication: make() }));
    expect(new Set(prints).size).toBe(makers.length);
    expect(makers.map((make) => fingerprint({ clientAuthentication: make() }))).toEqual(prints);
  });

  it('takes a default for what it is, written out or not', () => {
    expect(fingerprint(clientSecretBasic('one', { encoding: 'form' }))).toBe(fingerprint(clientSecretBasic('one')));
    expect(fingerprint(clientSecretJwt('one', { algorithm: 'HS256', expiresIn: 60 }))).toBe(
      fingerprint(clientSecretJwt('one')),
    );
    expect(fingerprint(none({ sendClientId: true }))).toBe(fingerprint(none()));
  });
});
