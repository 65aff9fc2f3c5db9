import { describe, expect, it } from 'vitest';
import { OptionsError } from '../src/errors.ts';
import { assertSecretSource, readSecret, type SecretSource } from '../src/secret.ts';

describe('a secret', () => {
  it.each<[string, SecretSource]>([
    ['text', 'a-secret'],
    ['a function', () => 'a-secret'],
    ['an async function', () => Promise.resolve('a-secret')],
  ])('is read from %s', async (_name, source) => {
    expect(await readSecret(source)).toBe('a-secret');
  });

  it('is asked for each time, so that it can change', async () => {
    let count = 0;
    const source = () => `secret-${(count += 1)}`;
    expect([await readSecret(source), await readSecret(source)]).toEqual(['secret-1', 'secret-2']);
  });

  it.each([
    [undefined, 'a secret came as undefined, not as a text'],
    [null, 'a secret came as null, not as a text'],
    [7, 'a secret came as number, not as a text'],
    [Buffer.from('a-secret'), 'a secret came as object, not as a text'],
    ['', 'a secret came as an empty text'],
  ])('that is %o is refused without being shown', async (given, message) => {
    const source: () => never = () => given as never;
    await expect(readSecret(source)).rejects.toThrow(new TypeError(message));
    await expect(readSecret(() => Promise.resolve(source()))).rejects.toThrow(new TypeError(message));
    // What a client authentication in plain JavaScript may hand on by itself.
    await expect(readSecret(given as never)).rejects.toThrow(new TypeError(message));
  });

  it('hands on what its function throws', async () => {
    const error = new Error('the vault is sealed');
    await expect(
      readSecret(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    await expect(readSecret(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('that is given is checked before anything is built on it', () => {
    expect(() => assertSecretSource('a-secret', 'f(secret)')).not.toThrow();
    expect(() => assertSecretSource(() => '', 'f(secret)')).not.toThrow();
    for (const wrong of ['', undefined, null, 7, {}]) {
      expect(() => assertSecretSource(wrong, 'f(secret)')).toThrow(OptionsError);
      expect(() => assertSecretSource(wrong, 'f(secret)')).toThrow(
        'f(secret): must be a text that is not empty, or a function that gives one (for example env(…))',
      );
    }
  });
});
