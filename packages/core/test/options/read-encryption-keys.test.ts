import { exposedSecrets, manualClock } from '@outbound-auth/testing';
import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OptionReader } from '../../src/option-reader.ts';
import { env } from '../../src/options/env.ts';
import { readEncryptionKeys } from '../../src/options/read-encryption-keys.ts';
import { plainTexts, type Seal } from '../../src/stores/seal.ts';

function read(options: object): { seal: Seal; problems: string[] } {
  const reader = new OptionReader(options, '');
  const seal = readEncryptionKeys(reader, manualClock());
  reader.refuseOthers();
  return { seal, problems: reader.problems.map(({ path, message }) => `${path}: ${message}`) };
}

const problems = (encryptionKeys: unknown) => read({ encryptionKeys }).problems;

describe('encryptionKeys', () => {
  it('are none: texts stay as they are', async () => {
    for (const options of [{}, { encryptionKeys: undefined }]) {
      const { seal, problems } = read(options);
      expect(problems).toEqual([]);
      expect(seal).toBe(plainTexts);
      expect(seal.encrypts).toBe(false);
      expect(await seal.open('key', await seal.seal('key', 'text'))).toBe('text');
    }
  });

  it('come in every form; the first encrypts, and each decrypts', async () => {
    const keys = Array.from({ length: 5 }, () => randomBytes(32));
    const texts = keys.map((key) => key.toString('base64'));
    const [one, two, three = randomBytes(32)] = keys;
    const { seal, problems } = read({
      encryptionKeys: [texts[0], two, createSecretKey(three), () => texts[3], async () => keys[4]],
    });
    expect(problems).toEqual([]);
    expect(seal.encrypts).toBe(true);
    for (const key of keys) {
      const other = read({ encryptionKeys: [key] }).seal;
      expect(await seal.open('key', await other.seal('key', 'text'))).toBe('text');
      expect(await other.open('key', await seal.seal('key', 'text'))).toBe(key === one ? 'text' : undefined);
    }
  });

  it('that functions give are not asked for yet', () => {
    expect(problems([env('NOT_SET'), () => expect.unreachable()])).toEqual([]);
  });

  it('are a list with one at least', () => {
    expect(problems(randomBytes(32).toString('hex'))).toEqual([
      "encryptionKeys: must be a list, such as [env('TOKEN_KEY')], not a text",
    ]);
    expect(problems(env('TOKEN_KEY'))).toEqual([
      "encryptionKeys: must be a list, such as [env('TOKEN_KEY')], not a function",
    ]);
    expect(problems([])).toEqual(['encryptionKeys: is empty; give a key, or leave it out']);
  });

  it('are found to be wrong each in its place, with the remedy', () => {
    const make = `make one: node -p "require('crypto').randomBytes(32).toString('base64url')"`;
    expect(problems([randomBytes(32), 'c2hvcnQ', undefined, Buffer.alloc(32)])).toEqual([
      `encryptionKeys[1]: has 5 bytes, and must have 32; ${make}`,
      `encryptionKeys[2]: must be 32 random bytes (such a text, bytes, or a secret KeyObject), not undefined; ${make}`,
      `encryptionKeys[3]: has a pattern, so that it is not random; ${make}`,
    ]);
    expect(problems(new Array(1))).toHaveLength(1);
  });

  it('are each another, in whatever form', () => {
    const key = randomBytes(32);
    expect(problems([key, randomBytes(32), key.toString('hex'), key.toString('base64')])).toEqual([
      'encryptionKeys[2]: stands there twice; leave one out',
      'encryptionKeys[3]: stands there twice; leave one out',
    ]);
  });

  it('E25 are not shown by what is wrong with them', () => {
    const short = randomBytes(31);
    const texts = [short.toString('base64'), short.toString('base64url'), short.toString('hex')];
    expect(exposedSecrets(problems([...texts, short, { k: texts[1] }]), texts)).toEqual([]);
  });
});
