import { describe, expect, it } from 'vitest';
import type { TokenStore } from '@outbound-auth/core';
import { manualClock, type MemoryStore, memoryStore, storeContract, type StoreHarness } from '../../src/index.ts';

/** A harness for what is made of a memory store. */
function harnessFor(name: string, wrap: (store: MemoryStore) => TokenStore, locks = true): StoreHarness {
  return {
    name,
    locks,
    start: async () => {
      const clock = manualClock();
      const memory = memoryStore({ clock });
      const store = wrap(memory);
      return { store, other: store, pass: (milliseconds) => clock.advance(milliseconds), close: () => memory.close() };
    },
  };
}

const textsOf = ({ get, set, delete: remove }: MemoryStore): TokenStore => ({ get, set, delete: remove });

storeContract(
  { describe, it },
  harnessFor('memoryStore', (store) => store),
);
storeContract({ describe, it }, harnessFor('a store of texts alone', textsOf, false));

/** Runs the contract by hand; returns the titles of all tests, and of those that fail. */
async function run(
  wrap: (store: MemoryStore) => TokenStore,
  locks?: boolean,
): Promise<{ readonly titles: string[]; readonly broken: string[] }> {
  const tests = new Map<string, () => Promise<void>>();
  storeContract(
    { describe: (_title, body) => body(), it: (title, body) => tests.set(title, body) },
    harnessFor('a broken store', wrap, locks),
  );
  const broken: string[] = [];
  for (const [title, body] of tests) await body().catch(() => broken.push(title));
  return { titles: [...tests.keys()], broken };
}

const faults: Record<string, (store: MemoryStore) => TokenStore> = {
  'forgets everything': (store) => ({ ...store, get: async () => undefined }),
  'keeps texts for ever': (store) => ({ ...store, set: (key, value) => store.set(key, value, 1e12) }),
  'keeps what is over': (store) => ({
    ...store,
    set: async (key, value, lifetime) => (lifetime > 0 ? store.set(key, value, lifetime) : undefined),
  }),
  'refuses fractions': (store) => ({
    ...store,
    set: async (key, value, lifetime) => {
      if (!Number.isInteger(lifetime)) throw new RangeError('not an integer');
      await store.set(key, value, lifetime);
    },
  }),
  'says too much is left': (store) => ({
    ...store,
    get: async (key) => {
      const stored = await store.get(key);
      return stored && { ...stored, remaining: 60_000 };
    },
  }),
  'deletes whatever is there': (store) => ({
    ...store,
    delete: async (key) => store.delete(key, (await store.get(key))?.value ?? ''),
  }),
  'confuses letters beyond ASCII': (store) => ({
    ...store,
    get: (key) => store.get(key.replaceAll(/[^ -~]/g, '?')),
  }),
  'replaces in two steps': (store) => ({
    ...store,
    replace: async (key, value, next, lifetime) => {
      if ((await store.get(key))?.value !== value) return false;
      await store.set(key, next, lifetime);
      return true;
    },
  }),
  'takes an empty text for none': (store) => ({
    ...store,
    replace: async (key, value, next, lifetime) => {
      const there = (await store.get(key))?.value;
      return (there === '' ? undefined : there) === value ? store.replace(key, there, next, lifetime) : false;
    },
  }),
  'keeps the lifetime of what it replaces': (store) => ({
    ...store,
    replace: async (key, value, next, lifetime) =>
      store.replace(key, value, next, (await store.get(key))?.remaining ?? lifetime),
  }),
  'locks nothing': (store) => ({
    ...store,
    lock: async () => ({ extend: async () => true, release: async () => undefined }),
  }),
  'locks for ever': (store) => ({ ...store, lock: (key) => store.lock(key, 1e12) }),
  'loses locks early': (store) => ({ ...store, lock: (key, lifetime) => store.lock(key, lifetime / 3) }),
  "releases another's lock": (store) => {
    const holders = new Map<string, () => Promise<void>>();
    return {
      ...store,
      lock: async (key, lifetime) => {
        const held = await store.lock(key, lifetime);
        if (held) holders.set(key, () => held.release());
        return held && { ...held, release: async () => holders.get(key)?.() };
      },
    };
  },
  "extends another's lock": (store) => ({
    ...store,
    lock: async (key, lifetime) => {
      const held = await store.lock(key, lifetime);
      return held && { ...held, extend: async () => true };
    },
  }),
  'keeps locks among the texts': (store) => ({
    ...store,
    lock: async (key, lifetime) => {
      const name = `lock:${key}`;
      if (!(await store.replace(name, undefined, 'held', lifetime))) return undefined;
      return {
        extend: (more) => store.replace(name, 'held', 'held', more),
        release: () => store.delete(name, 'held'),
      };
    },
  }),
};

describe('the store contract', () => {
  it.each(Object.entries(faults))('is broken by a store that %s', async (_what, wrap) => {
    expect((await run(wrap)).broken).not.toEqual([]);
  });

  it('has no test that all of these keep', async () => {
    const runs = await Promise.all(Object.values(faults).map((wrap) => run(wrap)));
    const kept = runs[0]?.titles.filter((title) => runs.every(({ broken }) => !broken.includes(title)));
    expect(kept).toEqual([]);
  });

  it('names what a store lacks that was to lock', async () => {
    const { broken, titles } = await run(textsOf);
    expect(broken.length).toBeGreaterThan(0);
    expect(titles).toEqual(expect.arrayContaining(broken));
  });

  it('finds a store that was to have no lock and has one', async () => {
    const { broken } = await run((store) => store, false);
    expect(broken).toEqual(['has neither `replace` nor `lock`, so that nobody relies on one alone']);
  });
});
