import { exposedSecrets, manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { OutboundAuthError } from '../../src/errors.ts';
import { env } from '../../src/options/env.ts';
import type { EncryptionKeySource } from '../../src/stores/encryption-key.ts';
import { encryption } from '../../src/stores/encryption.ts';
import { untyped } from '../options/problems.ts';
import { deferred, failureOf } from '../token-endpoint/asking.ts';
import { guisesOf, key, processWith } from './sealing.ts';

/** A process whose only key comes from a function that gives these, one after the other, and the last for ever. */
function asking(...answers: (() => unknown)[]) {
  const clock = manualClock();
  let asked = 0;
  const source = () => untyped(answers[Math.min(asked++, answers.length - 1)]?.());
  return { clock, seal: encryption([source], clock), asked: () => asked };
}

const foreign = (storeKey = 'key') => processWith(key()).seal(storeKey, 'text');

describe('a key that a function gives', () => {
  it('is asked for when it is first needed, once', async () => {
    const { seal, asked } = asking(key);
    expect(asked()).toBe(0);
    const sealed = await Promise.all(['one', 'two'].map((text) => seal.seal('key', text)));
    expect(await Promise.all(sealed.map((text) => seal.open('key', text)))).toEqual(['one', 'two']);
    expect(asked()).toBe(1);
  });

  it('is asked for again when something was encrypted with one that is not known', async () => {
    const [before, after] = [key(), key()];
    const { seal, asked, clock } = asking(
      () => before,
      () => after.toString('hex'),
    );
    const own = await seal.seal('key', 'a long text, that takes its time '.repeat(10_000));
    await clock.advance(5_000);
    const sealed = await processWith(after).seal('key', 'from a process with the new key');
    const opened = [sealed, sealed, ...Array.from({ length: 64 }, () => own), sealed].map((text) =>
      seal.open('key', text),
    );
    // The last one's turn comes when the new key is there already.
    for (const index of [0, 1, -1]) expect(await opened.at(index)).toBe('from a process with the new key');
    await Promise.all(opened);
    expect(asked()).toBe(2);
    expect(await processWith(after).open('key', await seal.seal('key', 'text'))).toBe('text');
  });

  it('is asked for each 5 s at most, however much there is that it does not open', async () => {
    const { seal, asked, clock } = asking(key);
    for (let second = 0; second < 20; second += 1) {
      expect(await seal.open('key', await foreign())).toBeUndefined();
      expect(await seal.open('key', await foreign())).toBeUndefined();
      await clock.advance(1_000);
    }
    expect(asked()).toBe(4);
  });

  it('is asked for by a clock that was set back, too', async () => {
    const { seal, asked, clock } = asking(key);
    await seal.seal('key', 'text');
    clock.set(clock.now() - 3_600_000);
    expect(await seal.open('key', await foreign())).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it('is not asked for by what belongs elsewhere, by rubbish, or by what was tampered with', async () => {
    const { seal, asked, clock } = asking(key);
    const sealed = await seal.seal('key', 'text');
    await clock.advance(60_000);
    for (const text of [await foreign('another key'), 'rubbish', `${sealed}A`, sealed.replace('.', 'A.')]) {
      expect(await seal.open('key', text)).toBeUndefined();
    }
    expect(asked()).toBe(1);
  });

  it('is never asked for where all keys are written down', async () => {
    const clock = manualClock();
    const seal = encryption([key()], clock);
    await seal.seal('key', 'text');
    await clock.advance(60_000);
    expect(await seal.open('key', await foreign())).toBeUndefined();
  });

  it('may be the same as another: functions that give a new and an old one do so between two changes', async () => {
    const secret = key();
    const seal = processWith(secret, () => secret.toString('base64'));
    expect(await seal.open('key', await seal.seal('key', 'text'))).toBe('text');
  });
});

describe('E50 a key whose function', () => {
  const unavailable = (reason: string) => ({
    code: 'credential_unavailable',
    message: `encryptionKeys[0] could not be read: ${reason}`,
  });
  const make = `make one: node -p "require('crypto').randomBytes(32).toString('base64url')"`;

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('the vault is sealed');
      },
      'the vault is sealed',
    ],
    ['rejects', () => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    ['rejects without a word', () => Promise.reject(new Error()), 'no reason given'],
    ['reads a variable that is not set', env('NOT_SET'), 'the environment variable NOT_SET is not set'],
    ['gives a short one', () => 'c2hvcnQ', `the key has 5 bytes, and must have 32; ${make}`],
    [
      'gives a passphrase',
      () => Buffer.alloc(32, 'abc def!'),
      `the key is a passphrase, which can be guessed; ${make}`,
    ],
    [
      'gives none',
      () => undefined,
      `the key must be 32 random bytes (such a text, bytes, or a secret KeyObject), not undefined; ${make}`,
    ],
  ])('%s is unavailable to whoever seals and opens, and asked for again by the next', async (_what, answer, reason) => {
    const secret = key();
    const { seal, asked } = asking(answer, answer, () => secret);
    expect(await failureOf(seal.seal('key', 'text'))).toMatchObject(unavailable(reason));
    expect(await failureOf(seal.open('key', await foreign()))).toMatchObject(unavailable(reason));
    expect(asked()).toBe(2);
    expect(await seal.open('key', await processWith(secret).seal('key', 'text'))).toBe('text');
  });

  it('fails when it is asked again is told, once in 5 s; the key that was there stays in use', async () => {
    const secret = key();
    const { seal, asked, clock } = asking(
      () => secret,
      () => {
        throw new Error('the vault is sealed');
      },
    );
    const own = await seal.seal('key', 'text');
    await clock.advance(5_000);
    expect(await failureOf(seal.open('key', await foreign()))).toMatchObject(unavailable('the vault is sealed'));
    expect(await seal.open('key', await foreign())).toBeUndefined();
    expect(await seal.open('key', own)).toBe('text');
    expect(asked()).toBe(2);
  });

  it('fails gives each who waits an error of its own', async () => {
    const answer = deferred<Error>();
    const { seal, asked } = asking(async () => Promise.reject(await answer.promise));
    const failing = [seal.seal('key', 'text'), seal.open('key', await foreign()), seal.seal('key', 'text')];
    const failures = failing.map((work) => failureOf(work));
    answer.resolve(new Error('the vault is sealed'));
    const errors: OutboundAuthError[] = await Promise.all(failures);
    expect(new Set(errors)).toHaveProperty('size', 3);
    for (const error of errors) expect(error).toMatchObject(unavailable('the vault is sealed'));
    expect(asked()).toBe(1);
  });

  it('hangs is asked again after 5 s, and its late answer changes nothing', async () => {
    const [late, present] = [key(), key()];
    const hanging = deferred<Buffer>();
    const { seal, asked, clock } = asking(
      () => hanging.promise,
      () => present,
    );
    const first = seal.seal('key', 'text');
    await clock.advance(4_999);
    const second = seal.seal('key', 'text');
    await clock.advance(1);
    expect(await processWith(present).open('key', await seal.seal('key', 'text'))).toBe('text');
    expect(asked()).toBe(2);
    hanging.resolve(late);
    const sealedLate = await Promise.all([first, second]);
    for (const sealed of sealedLate) expect(await processWith(late).open('key', sealed)).toBe('text');
    expect(await processWith(present).open('key', await seal.seal('key', 'text'))).toBe('text');
  });

  it('hangs while it is asked again lets all others be opened meanwhile', async () => {
    const secret = key();
    const { seal, clock } = asking(
      () => secret,
      () => new Promise(() => undefined),
    );
    const own = await seal.seal('key', 'text');
    await clock.advance(5_000);
    const waiting = Array.from({ length: 100 }, async () => seal.open('key', await foreign()));
    for (const foreignText of waiting) void foreignText.then(() => expect.unreachable());
    expect(await seal.open('key', own)).toBe('text');
  });

  it('E25 fails shows nothing of a key', async () => {
    const short = key().subarray(1);
    for (const given of [short.toString('base64'), short, { k: short.toString('base64url') }]) {
      const { seal } = asking(() => given);
      const error = await failureOf(seal.seal('key', 'text'));
      expect(exposedSecrets(error, guisesOf(short))).toEqual([]);
    }
    const thrown = [
      () => JSON.parse('a-secret') as unknown,
      () => {
        throw Object.assign(new Error('the vault is sealed'), { answer: 'a-secret' });
      },
    ];
    for (const source of thrown) {
      const error = await failureOf(asking(source).seal.seal('key', 'text'));
      expect(error.message).toContain('could not be read: ');
      expect(exposedSecrets(error, ['a-secret'])).toEqual([]);
    }
  });
});

it('An empty list of keys is a mistake that is told', async () => {
  const none: EncryptionKeySource[] = [];
  const seal = encryption(none, manualClock());
  await expect(seal.seal('key', 'text')).rejects.toThrow('encryptionKeys: the list is empty');
  expect(await seal.open('key', await foreign())).toBeUndefined();
});
