import assert from 'node:assert/strict';
import type { StoreLock, TokenStore } from '@outbound-auth/core';
import type { StoreTest } from './store-contract.ts';

const lifetime = 30_000;

/** What a lock across processes does. It ends by itself, so its holder must live with losing it. */
export function locking(test: StoreTest): void {
  test('gives a lock to one at a time', async ({ store, other }) => {
    const held = await won(store, 'key');
    assert.equal(await lock(other, 'key'), undefined);
    assert.equal(await lock(store, 'key'), undefined);
    await won(other, 'another key');
    await held.release();
    await won(other, 'key');
  });

  test('lets one of 20 win who ask at the same time', async ({ store, other }) => {
    const locks = await Promise.all(Array.from({ length: 20 }, (_, index) => lock(index % 2 ? store : other, 'key')));
    assert.equal(locks.filter((held) => held !== undefined).length, 1);
  });

  test('E30 ends a lock whose holder died by its lifetime', async ({ store, other, pass }) => {
    await won(store, 'key');
    await pass(lifetime / 2);
    assert.equal(await lock(other, 'key'), undefined);
    await pass(lifetime / 2);
    await won(other, 'key');
  });

  test('keeps a lock that is extended for that long from then on', async ({ store, other, pass }) => {
    const held = await won(store, 'key');
    for (let time = 0; time < 3; time += 1) {
      await pass((lifetime * 2) / 3);
      assert.equal(await held.extend(lifetime), true);
      assert.equal(await lock(other, 'key'), undefined);
    }
    await pass(lifetime);
    assert.equal(await held.extend(lifetime), false);
    await won(other, 'key');
  });

  test("E30 lets a lock that is lost neither release nor extend another's", async ({ store, other, pass }) => {
    const lost = await won(store, 'key');
    await pass(lifetime);
    const held = await won(other, 'key');
    assert.equal(await lost.extend(lifetime), false);
    await lost.release();
    assert.equal(await lock(store, 'key'), undefined);
    await pass(lifetime * 0.9);
    assert.equal(await held.extend(lifetime), true);
  });

  test('lets a lock that was released be released again, and not be extended', async ({ store, other }) => {
    const released = await won(store, 'key');
    await released.release();
    assert.equal(await released.extend(lifetime), false);
    const held = await won(other, 'key');
    await released.release();
    assert.equal(await held.extend(lifetime), true);
  });

  test('keeps locks and texts apart', async ({ store, other }) => {
    const held = await won(store, 'key');
    assert.equal(await other.get('key'), undefined);
    await other.set('key', 'text', lifetime);
    assert.equal(await lock(other, 'key'), undefined);
    await other.delete('key', 'text');
    assert.equal(await held.extend(lifetime), true);
    await other.set('key', 'text', lifetime);
    await held.release();
    assert.equal((await store.get('key'))?.value, 'text');
  });

  for (const key of ['key:lock', 'lock:key', 'lock', '']) {
    test(`keeps the lock of a key apart from the text of the key '${key}'`, async ({ store }) => {
      await store.set(key, 'text', lifetime);
      await won(store, 'key');
      await won(store, '');
      assert.equal((await store.get(key))?.value, 'text');
    });
  }
}

function lock(store: TokenStore, key: string): Promise<StoreLock | undefined> {
  const asked = store.lock?.(key, lifetime);
  assert.ok(asked, 'the store has no `lock`: say so with `locks: false`');
  return asked;
}

async function won(store: TokenStore, key: string): Promise<StoreLock> {
  const held = await lock(store, key);
  assert.ok(held, `the lock of ${key} is free, and was not given`);
  return held;
}
