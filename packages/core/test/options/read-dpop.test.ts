import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { normalize } from '../../src/options/normalize.ts';
import { clientProblems, least, untyped } from './problems.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const dpopOf = (dpop: unknown) =>
  normalize({ clients: { billing: { ...least, dpop: untyped(dpop) } } }).clients[0]?.dpop;
const problems = (dpop: unknown) => clientProblems({ dpop });

describe('dpop', () => {
  it.each([undefined, false])('as %o asks for Bearer tokens', (dpop) => {
    expect(dpopOf(dpop)).toBeUndefined();
  });

  it('as true, or without a word, has every default', () => {
    const defaults = { key: undefined, algorithm: undefined, allowBearer: false };
    expect(dpopOf(true)).toEqual(defaults);
    expect(dpopOf({})).toEqual(defaults);
  });

  it('takes a key in each form, an algorithm that fits, and leave to come unbound', () => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const source = () => pem;
    for (const key of [privateKey, pem, privateKey.export({ format: 'jwk' }), source]) {
      expect(dpopOf({ key, algorithm: 'ES256', allowBearer: true })).toEqual({
        key,
        algorithm: 'ES256',
        allowBearer: true,
      });
    }
    expect(problems({ algorithm: 'ES256' })).toEqual([]);
  });

  it('is a flag or an object', () => {
    for (const wrong of ['true', 1, () => true]) {
      expect(problems(wrong)).toEqual(['dpop: must be true or false, or an object with key, algorithm or allowBearer']);
    }
    expect(problems(null)).toEqual(['dpop: must be an object, not null']);
    expect(problems([])).toEqual(['dpop: must be an object, not a list']);
  });

  it('has no option that is misspelt', () => {
    expect(problems({ keys: privateKey, alg: 'ES256', allowbearer: true })).toEqual([
      'dpop.keys: is no option; did you mean key?',
      'dpop.alg: is no option',
      'dpop.allowbearer: is no option; did you mean allowBearer?',
    ]);
  });

  it('takes only what it says', () => {
    expect(problems({ allowBearer: 'yes' })).toEqual(['dpop.allowBearer: must be true or false, not a text']);
    const [problem, ...others] = problems({ key: privateKey, algorithm: 'HS256' });
    expect(problem).toMatch(/^dpop\.algorithm: must be 'ES256' or 'ES384' or /);
    expect(others).toEqual([]);
  });

  it('refuses an algorithm that the key cannot sign by', () => {
    expect(problems({ key: privateKey, algorithm: 'RS256' })).toEqual([
      'dpop.key: cannot sign by RS256, but by ES256; name one of these, or give another key',
    ]);
  });

  it('refuses another algorithm than the key’s that is made here', () => {
    expect(problems({ algorithm: 'RS256' })).toEqual([
      'dpop.algorithm: is for a key of your own, for one made here signs by ES256; give key, or leave it out',
    ]);
  });

  it('E25 refuses what is no private key to sign with, and does not show it', async () => {
    const { privateKey: unusable } = await webcrypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
      'deriveBits',
    ]);
    const secretKey = webcrypto.getRandomValues(new Uint8Array(32));
    for (const key of ['a-secret', null, 7, {}, { kty: 'EC', d: 'a-secret' }, publicKey, unusable, secretKey]) {
      const [problem = '', ...others] = problems({ key });
      expect(problem).toMatch(/^dpop\.key: \w+/);
      expect(problem).not.toContain('a-secret');
      expect(others).toEqual([]);
    }
  });
});
