import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryCache } from '../src/memory-cache.ts';

const longestLook = 32;

function filled(keys: readonly string[], capacity: number): MemoryCache<string> {
  const cache = new MemoryCache<string>(capacity);
  for (const key of keys) cache.set(key, `of ${key}`);
  return cache;
}

/** The same rule as a queue: whoever is looked at and was used goes to its end. */
class Queue {
  readonly #capacity: number;
  readonly #entries: { key: string; value: number; used: boolean }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  get(key: string): number | undefined {
    const entry = this.#entries.find((one) => one.key === key);
    if (entry !== undefined) entry.used = true;
    return entry?.value;
  }

  set(key: string, value: number): void {
    const entry = this.#entries.find((one) => one.key === key);
    if (entry !== undefined) Object.assign(entry, { value, used: true });
    else {
      if (this.size === this.#capacity) this.#evict();
      this.#entries.push({ key, value, used: false });
    }
  }

  #evict(): void {
    for (let look = 1; ; look += 1) {
      const oldest = this.#entries.shift();
      if (oldest?.used !== true || look === longestLook) return;
      this.#entries.push({ ...oldest, used: false });
    }
  }
}

const keyBelow = (count: number) => fc.integer({ min: 0, max: count - 1 }).map((number) => `key ${number}`);

describe('row "memory cache": the memory cache', () => {
  it('gives what was set last, and nothing after a delete', () => {
    const cache = filled(['a', ''], 3);
    cache.set('a', 'new');
    expect(cache.get('a')).toBe('new');
    cache.delete('a');
    cache.delete('never there');
    expect(cache.get('a')).toBeUndefined();
    expect([cache.get(''), cache.size]).toEqual(['of ', 1]);
  });

  it('makes room by the oldest that was not used', () => {
    const cache = filled(['a', 'b', 'c'], 3);
    cache.get('a');
    cache.set('d', 'of d');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['of a', undefined, 'of c', 'of d']);
  });

  it('takes what is set again for used', () => {
    const cache = filled(['a', 'b'], 2);
    cache.set('a', 'new');
    cache.set('c', 'of c');
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['new', undefined, 'of c']);
  });

  it('gives a second chance, and no third', () => {
    const cache = filled(['a', 'b', 'c'], 3);
    cache.get('a');
    for (const key of ['d', 'e', 'f']) cache.set(key, `of ${key}`);
    expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((key) => cache.get(key) !== undefined)).toEqual(['d', 'e', 'f']);
  });

  it('makes room although everything was used', () => {
    const cache = filled(['a', 'b', 'c'], 3);
    for (const key of ['c', 'b', 'a']) cache.get(key);
    cache.set('d', 'of d');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([undefined, 'of b', 'of c', 'of d']);
  });

  it('looks at no more than 32 to make room, among 100,000 that were all used too', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `key ${index}`);
    const cache = filled(keys, keys.length);
    for (const key of keys) cache.get(key);
    for (const key of ['a', 'b', 'c']) cache.set(key, `of ${key}`);
    // Each look but the last has taken a mark off, and the next begins where the last ended.
    const gone = [...keys.keys()].filter((index) => cache.get(`key ${index}`) === undefined);
    expect(gone).toEqual([longestLook - 1, 2 * longestLook - 1, 3 * longestLook - 1]);
  });

  it('behaves as a queue in which those who were used stand in line once more', () => {
    const step = fc.record({ key: keyBelow(60), use: fc.boolean() });
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 5, 40),
        fc.array(step, { maxLength: 400, size: 'max' }),
        (capacity, steps) => {
          const [cache, queue] = [new MemoryCache<number>(capacity), new Queue(capacity)];
          for (const [index, { key, use }] of steps.entries()) {
            if (use) expect(cache.get(key)).toBe(queue.get(key));
            else {
              cache.set(key, index);
              queue.set(key, index);
            }
            expect(cache.size).toBe(queue.size);
          }
        },
      ),
    );
  });

  it('takes the place of what was deleted before it makes room, and never holds more than its capacity', () => {
    const step = fc.record({ key: keyBelow(8), act: fc.constantFrom('set', 'delete') });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const cache = new MemoryCache<number>(capacity);
        const present = new Map<string, number>();
        for (const [index, { key, act }] of steps.entries()) {
          if (act === 'delete') {
            cache.delete(key);
            present.delete(key);
          } else {
            const full = present.size === capacity && !present.has(key);
            cache.set(key, index);
            const gone = [...present.keys()].filter((other) => cache.get(other) === undefined);
            expect(gone).toHaveLength(full ? 1 : 0);
            for (const other of gone) present.delete(other);
            present.set(key, index);
          }
          expect(cache.size).toBe(present.size);
          for (const [other, value] of present) expect(cache.get(other)).toBe(value);
        }
      }),
    );
  });
});
