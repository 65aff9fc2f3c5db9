import { exposedSecrets } from '@outbound-auth/testing';
import fc from 'fast-check';
import { CompactEncrypt, decodeProtectedHeader, GeneralEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { anyText } from '../any-text.ts';
import { untyped } from '../options/problems.ts';
import { guisesOf, key, keyIdOf, processWith } from './sealing.ts';

describe('encryption', () => {
  it('gives back each text under its key, and shows nothing of it in between', async () => {
    const seal = processWith(key(), key());
    await fc.assert(
      fc.asyncProperty(anyText(), anyText({ maxLength: 100 }), async (text, storeKey) => {
        const sealed = await seal.seal(storeKey, text);
        expect(sealed).toMatch(/^[\w-]+\.\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/);
        expect(await seal.open(storeKey, sealed)).toBe(text);
      }),
    );
    const sealed = await seal.seal('token:key', '{"token":"an-access-token"}');
    expect(
      exposedSecrets(
        sealed.split('.').map((part) => Buffer.from(part, 'base64url')),
        ['an-access-token'],
      ),
    ).toEqual([]);
  });

  it('says so of itself, and names its algorithms, its key and where the text belongs', async () => {
    const seal = processWith(key());
    expect(seal.encrypts).toBe(true);
    const sealed = await seal.seal('token:key', 'text');
    const kid = keyIdOf(sealed);
    expect(kid).toMatch(/^[\w-]{16}$/);
    expect(decodeProtectedHeader(sealed)).toEqual({ alg: 'dir', enc: 'A256GCM', kid, store_key: 'token:key' });
  });

  it('never writes the same text twice alike', async () => {
    const seal = processWith(key());
    const sealed = await Promise.all(Array.from({ length: 100 }, () => seal.seal('key', 'text')));
    expect(new Set(sealed.map((text) => text.split('.')[2]))).toHaveProperty('size', 100);
  });

  it('E31 opens nothing under another key than it was sealed for', async () => {
    const seal = processWith(key());
    await fc.assert(
      fc.asyncProperty(anyText(), anyText(), async (one, other) => {
        fc.pre(one !== other);
        expect(await seal.open(other, await seal.seal(one, 'text'))).toBeUndefined();
      }),
    );
  });

  it('E31 opens nothing in which one bit is another', async () => {
    const seal = processWith(key());
    const parts = (await seal.seal('token:key', 'a text that is not to be changed')).split('.');
    for (const part of [0, 2, 3, 4]) {
      const bytes = Buffer.from(parts[part] ?? '', 'base64url');
      for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const text = parts.with(part, changed.toString('base64url')).join('.');
        expect(await seal.open('token:key', text), `part ${part}, bit ${bit}`).toBeUndefined();
      }
    }
    expect(await seal.open('token:key', parts.with(1, 'AAAA').join('.'))).toBeUndefined();
    expect(await seal.open('token:key', parts.join('.'))).toBe('a text that is not to be changed');
  });

  it('E31 opens nothing that is put together of two, or cut', async () => {
    const seal = processWith(key());
    const [one, other] = [await seal.seal('key', 'one'), await seal.seal('key', 'two')].map((text) => text.split('.'));
    for (const part of [2, 3, 4]) {
      expect(await seal.open('key', one?.with(part, other?.[part] ?? '').join('.') ?? '')).toBeUndefined();
      expect(await seal.open('key', one?.with(part, '').join('.') ?? '')).toBeUndefined();
      expect(await seal.open('key', one?.with(part, one[part]?.slice(0, -4) ?? '').join('.') ?? '')).toBeUndefined();
    }
  });

  it('E31 opens no rubbish, and fails at none', async () => {
    const seal = processWith(key());
    const rubbish = fc.oneof(
      anyText(),
      fc
        .array(
          fc.base64String().map((text) => text.replace(/[+/=]/g, '_')),
          { minLength: 4, maxLength: 6 },
        )
        .map((parts) => parts.join('.')),
      fc
        .json()
        .map((json) => `${Buffer.from(json).toString('base64url')}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`),
    );
    await fc.assert(
      fc.asyncProperty(rubbish, async (text) => {
        expect(await seal.open('key', text)).toBeUndefined();
      }),
    );
    for (const value of [undefined, null, 7, {}, [], { protected: 'AAAA' }, Buffer.from('text')]) {
      expect(await seal.open('key', untyped(value))).toBeUndefined();
    }
  });

  it('E31 opens no plain text of before, and none of a key that it has not', async () => {
    const seal = processWith(key());
    expect(await seal.open('key', '{"token":"an-access-token"}')).toBeUndefined();
    expect(await seal.open('key', await processWith(key()).seal('key', 'text'))).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['as it is written here', {}, true],
    ['by a key that is wrapped', { alg: 'A256KW' }, false],
    ['by a key that is encrypted', { alg: 'A256GCMKW' }, false],
    ['in CBC, whose keys have 32 bytes too', { enc: 'A128CBC-HS256' }, false],
    ['compressed, for that may be a bomb', { zip: 'DEF' }, false],
    ['without the name of a key', { kid: undefined }, false],
    ['with a name that is no text', { kid: 7 }, false],
    ['without a place', { store_key: undefined }, false],
  ])('E31 given what holders of the key have encrypted %s, opens it: %o → %s', async (_how, header, opens) => {
    const secret = key();
    const seal = processWith(secret);
    const kid = keyIdOf(await seal.seal('key', 'text'));
    const text = await new CompactEncrypt(Buffer.from('another’s text'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid, store_key: 'key', ...header })
      .encrypt(secret);
    expect(await seal.open('key', text)).toBe(opens ? 'another’s text' : undefined);
  });

  it('E31 opens no other form of a JWE, and none that wants to be understood in another way', async () => {
    const secret = key();
    const seal = processWith(secret);
    const kid = keyIdOf(await seal.seal('key', 'text'));
    const header = { alg: 'dir', enc: 'A256GCM', kid, store_key: 'key' };
    const general = await new GeneralEncrypt(Buffer.from('text'))
      .setProtectedHeader(header)
      .addRecipient(secret)
      .encrypt();
    expect(await seal.open('key', JSON.stringify(general))).toBeUndefined();
    expect(await seal.open('key', untyped(general))).toBeUndefined();
    const critical = await new CompactEncrypt(Buffer.from('text'))
      .setProtectedHeader({ ...header, crit: ['exp'], exp: 7 })
      .encrypt(secret, { crit: { exp: true } });
    expect(await seal.open('key', critical)).toBeUndefined();
  });

  it('E31 takes what is longer than any token for rubbish', async () => {
    const seal = processWith(key());
    const fits = 'x'.repeat(1.5 * 2 ** 20);
    expect(await seal.open('key', await seal.seal('key', fits.slice(0, -1_000)))).toHaveLength(fits.length - 1_000);
    expect(await seal.open('key', await seal.seal('key', fits))).toBeUndefined();
  });

  it('lets other work go on while very many are opened at once', async () => {
    const seal = processWith(key());
    const sealed = await seal.seal('key', 'text');
    let turns = 0;
    let done = false;
    const turn = (): void => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    await Promise.all(Array.from({ length: 1_000 }, () => seal.open('key', sealed)));
    done = true;
    // 32 at a time.
    expect(turns).toBeGreaterThan(25);
  });

  it('E25 shows nothing of its keys', async () => {
    const secrets = [key(), key()];
    const [first = key(), second = key()] = secrets;
    const seal = processWith(first.toString('base64url'), () => Promise.resolve(second.toString('hex')));
    const sealed = await seal.seal('key', 'text');
    await seal.open('key', sealed);
    expect(exposedSecrets(seal, secrets.flatMap(guisesOf))).toEqual([]);
    expect(exposedSecrets(sealed, secrets.flatMap(guisesOf))).toEqual([]);
    expect(exposedSecrets(decodeProtectedHeader(sealed), secrets.flatMap(guisesOf))).toEqual([]);
  });
});

describe('keys are changed without a text that cannot be read', () => {
  const [before, after] = [key(), key()];
  const opens = async (writer: Buffer[], reader: Buffer[]): Promise<boolean> => {
    const sealed = await processWith(...writer).seal('key', 'text');
    return (await processWith(...reader).open('key', sealed)) === 'text';
  };

  // One process after the other gets the next list, so that at each moment two that follow each other are in use.
  const steps = [[before], [before, after], [after, before], [after]];

  it.each([
    ['the new key is deployed as last', 0],
    ['the new key is made first', 1],
    ['the old key is dropped', 2],
  ])('while %s', async (_step, index) => {
    const [one = [], other = []] = steps.slice(index);
    expect(await opens(one, other)).toBe(true);
    expect(await opens(other, one)).toBe(true);
  });

  it('where the first encrypts and all decrypt', async () => {
    const kid = async (...keys: Buffer[]) => keyIdOf(await processWith(...keys).seal('key', 'text'));
    expect(await kid(after, before)).toBe(await kid(after));
    expect(await kid(before, after)).toBe(await kid(before));
    expect(await kid(before)).not.toBe(await kid(after));
  });

  it('but not if the new key is first at once, or the old one is dropped too soon', async () => {
    expect(await opens([after, before], [before])).toBe(false);
    expect(await opens([before, after], [after])).toBe(false);
  });
});
