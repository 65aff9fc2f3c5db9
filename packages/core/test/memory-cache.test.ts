import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryCache } from '../src/memory-cache.ts';

function filled(keys: readonly string[], capacity: number): MemoryCache<string> {
  const cache = new MemoryCache<string>(capacity);
  for (const key of keys) cache.set(key, `of ${key}`);
  return cache;
}

describe('the memory cache', () => {
  it('gives what was set last, and nothing after a delete', () => {
    const cache = filled(['a'], 3);
    cache.set('a', 'new');
    expect(cache.get('a')).toBe('new');
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('makes room by the oldest that was not used', () => {
    const cache = filled(['a', 'b', 'c'], 3);
    cache.get('a');
    cache.set('d', 'of d');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['of a', undefined, 'of c', 'of d']);
  });

  it('makes room although everything was used', () => {
    const cache = filled(['a', 'b', 'c'], 3);
    for (const key of ['c', 'b', 'a']) cache.get(key);
    cache.set('d', 'of d');
    expect(cache.get('d')).toBe('of d');
    expect(cache.size).toBe(3);
  });

  it('never holds more than its capacity, and always what was set last', () => {
    const step = fc.record({ key: fc.string({ maxLength: 2 }), use: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 5 }), (steps, capacity) => {
        const cache = new MemoryCache<string>(capacity);
        for (const { key, use } of steps) {
          if (use) cache.get(key);
          else {
            cache.set(key, key);
            expect(cache.get(key)).toBe(key);
          }
          expect(cache.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
