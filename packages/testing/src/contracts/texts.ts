import assert from 'node:assert/strict';
import type { StoreTest } from './store-contract.ts';

const minute = 60_000;

/** What a map of texts with lifetimes does. */
export function texts(test: StoreTest): void {
  test('gives every process the text that one has set', async ({ store, other }) => {
    assert.equal(await other.get('key'), undefined);
    await store.set('key', 'text', minute);
    assert.equal((await store.get('key'))?.value, 'text');
    assert.equal((await other.get('key'))?.value, 'text');
    assert.equal(await other.get('another key'), undefined);
  });

  test('puts a text and its lifetime in place of those that were there', async ({ store, other, pass }) => {
    await store.set('key', 'first', minute);
    await other.set('key', 'second', 3 * minute);
    await pass(2 * minute);
    assert.equal((await store.get('key'))?.value, 'second');
    await other.set('key', 'third', minute);
    await pass(1.5 * minute);
    assert.equal(await store.get('key'), undefined);
  });

  test('E32 keeps a text for its lifetime and not longer', async ({ store, pass }) => {
    await store.set('key', 'text', minute);
    await pass(0.5 * minute);
    assert.equal((await store.get('key'))?.value, 'text');
    await pass(0.5 * minute);
    assert.equal(await store.get('key'), undefined);
  });

  test('E32 says what is left of a lifetime, and never too much, where it can tell', async ({ store, pass }) => {
    await store.set('key', 'text', minute);
    const whole = (await store.get('key'))?.remaining;
    await pass(0.5 * minute);
    const half = (await store.get('key'))?.remaining;
    if (whole === undefined && half === undefined) return;
    // A real store's own time goes on between two operations; a test that takes 20 s for them has other troubles.
    assert.ok(whole !== undefined && whole <= minute && whole > minute - 20_000, `${whole} of ${minute} ms`);
    assert.ok(half !== undefined && half <= 0.5 * minute && half > 0.5 * minute - 20_000, `${half} of ${minute} ms`);
  });

  test('keeps nothing that has no lifetime left, nor what was there before', async ({ store }) => {
    for (const lifetime of [0, -minute]) {
      await store.set('key', 'text', minute);
      await store.set('key', 'over', lifetime);
      assert.equal(await store.get('key'), undefined, `with a lifetime of ${lifetime} ms`);
    }
  });

  test('takes a lifetime that is no whole number, and one of years', async ({ store }) => {
    for (const lifetime of [minute + 0.7, 20 * 365 * 24 * 60 * minute]) {
      await store.set('key', String(lifetime), lifetime);
      assert.equal((await store.get('key'))?.value, String(lifetime));
    }
  });

  test('deletes a text if it is still this one', async ({ store, other }) => {
    await store.set('key', 'text', minute);
    await other.delete('key', 'tex');
    await other.delete('another key', 'text');
    assert.equal((await store.get('key'))?.value, 'text');
    await other.delete('key', 'text');
    assert.equal(await store.get('key'), undefined);
    await store.delete('key', 'text');
  });

  for (const [what, key] of oddTexts) {
    test(`tells keys and texts apart that are ${what}`, async ({ store, other }) => {
      await store.set(key, key, minute);
      await store.set(`${key}.`, 'another', minute);
      assert.equal((await other.get(key))?.value, key);
      await other.delete(key, `${key}.`);
      assert.equal((await store.get(key))?.value, key);
      await other.delete(key, key);
      assert.equal(await store.get(key), undefined);
      assert.equal((await store.get(`${key}.`))?.value, 'another');
    });
  }
}

const oddTexts = [
  ['full of odd characters', 'a b:c*d?e[f]{g}\\h"i\'j\r\nk\0l%2f../$'],
  ['long', 'long '.repeat(13_000)],
  ['beyond ASCII', 'Schlüssel 鍵 🔑 \u{10ffff} e\u0301'],
  ['names that every object has', '__proto__'],
] as const;
