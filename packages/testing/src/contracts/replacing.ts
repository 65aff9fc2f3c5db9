import assert from 'node:assert/strict';
import type { TokenStore } from '@outbound-auth/core';
import type { StoreTest } from './store-contract.ts';

const minute = 60_000;

/** What compare-and-set does: of all who replace the same text, one succeeds. */
export function replacing(test: StoreTest): void {
  test('replaces a text if it is still this one', async ({ store, other }) => {
    await store.set('key', 'text', minute);
    assert.equal(await replace(other, 'key', 'other', 'next'), false);
    assert.equal((await store.get('key'))?.value, 'text');
    assert.equal(await replace(other, 'key', 'text', 'next'), true);
    assert.equal((await store.get('key'))?.value, 'next');
  });

  test('replaces no text where nothing is, and something where there is none to be', async ({ store, other }) => {
    assert.equal(await replace(store, 'key', 'text', 'next'), false);
    assert.equal(await store.get('key'), undefined);
    assert.equal(await replace(store, 'key', undefined, 'first'), true);
    assert.equal(await replace(other, 'key', undefined, 'second'), false);
    assert.equal((await other.get('key'))?.value, 'first');
  });

  test('takes a text whose lifetime is over for none', async ({ store, pass }) => {
    await store.set('key', 'text', minute);
    await pass(minute);
    assert.equal(await replace(store, 'key', 'text', 'next'), false);
    assert.equal(await replace(store, 'key', undefined, 'next'), true);
  });

  test('E32 gives the next text its own lifetime', async ({ store, pass }) => {
    await store.set('key', 'text', 5 * minute);
    assert.equal(await replace(store, 'key', 'text', 'next'), true);
    await pass(minute);
    assert.equal(await store.get('key'), undefined);
  });

  test('tells an empty text from none', async ({ store }) => {
    await store.set('key', '', minute);
    assert.equal(await replace(store, 'key', undefined, 'next'), false);
    assert.equal((await store.get('key'))?.value, '');
    assert.equal(await replace(store, 'key', '', 'next'), true);
  });

  for (const from of ['text', undefined]) {
    test(`lets one of 20 succeed who replace ${from ?? 'nothing'} at the same time`, async ({ store, other }) => {
      if (from !== undefined) await store.set('key', from, minute);
      const replaced = await Promise.all(
        Array.from({ length: 20 }, (_, index) => replace(index % 2 ? store : other, 'key', from, `next ${index}`)),
      );
      assert.equal(replaced.filter(Boolean).length, 1);
      assert.equal((await other.get('key'))?.value, `next ${replaced.indexOf(true)}`);
    });
  }
}

function replace(store: TokenStore, key: string, value: string | undefined, next: string): Promise<boolean> {
  const asked = store.replace?.(key, value, next, minute);
  assert.ok(asked, 'the store has no `replace`: say so with `locks: false`');
  return asked;
}
