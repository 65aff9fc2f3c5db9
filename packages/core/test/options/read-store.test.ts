import { manualClock, memoryStore } from '@outbound-auth/testing';
import { Keyv } from 'keyv';
import Keyv4 from 'keyv-4';
import { describe, expect, it } from 'vitest';
import { OptionReader } from '../../src/option-reader.ts';
import { readStore } from '../../src/options/read-store.ts';
import { keyvStore } from '../../src/stores/keyv-store.ts';

function read(store: unknown) {
  const reader = new OptionReader({ store }, '');
  const read = readStore(reader);
  reader.refuseOthers();
  return { store: read, problems: reader.problems.map(({ path, message }) => `${path}: ${message}`) };
}

const problems = (store: unknown) => {
  const { store: taken, problems } = read(store);
  expect(taken).toBeUndefined();
  return problems;
};

const work = () => Promise.resolve();
const texts = { get: work, set: work, delete: work };
const rule = 'must be a store: redisStore({ … }), keyvStore(keyv), or an object with the functions get, set and delete';

describe('store', () => {
  it('may be none', () => {
    expect(problems(undefined)).toEqual([]);
  });

  it.each<[string, object]>([
    ['of texts alone', texts],
    ['with a lock', { ...texts, lock: work, replace: work }],
    ['that can be closed', { ...texts, close: work, lock: undefined, replace: undefined }],
    ['on Keyv', keyvStore(new Keyv({ throwOnErrors: true }))],
    ['in memory', memoryStore({ clock: manualClock() })],
    [
      'of a class',
      new (class {
        get = work;
        set() {}
        delete() {}
      })(),
    ],
  ])('%s is taken as it is', (_what, store) => {
    expect(read(store)).toEqual({ store, problems: [] });
    expect(read(store).store).toBe(store);
  });

  it.each([
    ['redis://localhost', 'a text'],
    [null, 'null'],
    [7, 'a number'],
    [[texts], 'a list'],
    [new Map(), 'a Map or Set'],
    [{}, 'an object'],
    [{ get: work, set: work }, 'an object'],
    [{ ...texts, delete: 'text' }, 'an object'],
  ])('%o is none', (given, what) => {
    expect(problems(given)).toEqual([`store: ${rule}, not ${what}`]);
  });

  it.each([
    ['Keyv 4', new Keyv4()],
    ['Keyv 5', new Keyv()],
  ])('is not a bare %s', (_name, keyv) => {
    expect(problems(keyv)).toEqual(['store: is a Keyv; wrap it: keyvStore(keyv)']);
  });

  it('is not a bare Redis client, nor the function that makes a store', () => {
    expect(problems({ get: work, set: work, del: work })).toEqual([
      'store: is a Redis client; wrap it: redisStore({ client }) of @outbound-auth/redis, or redisStore({ url }) where it is none of the package redis',
    ]);
    expect(problems(() => texts)).toEqual(['store: is a function; call it: redisStore({ … })']);
  });

  it('has both of lock and replace, or neither', () => {
    for (const alone of ['lock', 'replace']) {
      expect(problems({ ...texts, [alone]: work })).toEqual([
        `store: has ${alone} alone; give it both of lock and replace, or neither`,
      ]);
    }
  });

  it('has functions for what else it has', () => {
    for (const more of [{ close: true }, { lock: {}, replace: work }, { lock: work, replace: 'text' }]) {
      expect(problems({ ...texts, ...more })).toEqual(['store: has a lock, replace or close that is no function']);
    }
  });
});
