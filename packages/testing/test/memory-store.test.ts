import { describe, expect, it } from 'vitest';
import { manualClock, memoryStore } from '../src/index.ts';

const minute = 60_000;

describe('a memory store', () => {
  it('ends its entries by the clock, which is the system’s where none is given', async () => {
    const clock = manualClock(1000);
    const store = memoryStore({ clock });
    await store.set('key', 'text', 500);
    clock.set(1200);
    expect(await store.get('key')).toEqual({ value: 'text', remaining: 300 });
    clock.set(1500);
    expect(await store.get('key')).toBeUndefined();

    const real = memoryStore();
    await real.set('key', 'text', minute);
    expect((await real.get('key'))?.remaining).toBeGreaterThan(0);
  });

  it('records what was asked of it, also what it refused', async () => {
    const store = memoryStore();
    await store.get('a');
    const lock = await store.lock('b', minute);
    await lock?.extend(minute);
    store.fail('down');
    await expect(store.set('c', 'text', minute)).rejects.toThrow('the store is down');
    await expect(lock?.release()).rejects.toThrow('the store is down');
    expect(store.operations.map(({ name, key }) => `${name} ${key}`)).toEqual([
      'get a',
      'lock b',
      'extend b',
      'set c',
      'release b',
    ]);
  });

  it('refuses everything while it is down, and has lost nothing when it is back', async () => {
    const store = memoryStore();
    await store.set('key', 'text', minute);
    store.fail('down');
    await expect(store.get('key')).rejects.toThrow('the store is down');
    store.recover();
    expect((await store.get('key'))?.value).toBe('text');
  });

  it('refuses to write, replace and lock while it is read-only', async () => {
    const store = memoryStore();
    await store.set('key', 'text', minute);
    store.fail('read-only');
    expect((await store.get('key'))?.value).toBe('text');
    for (const write of [
      store.set('key', 'next', minute),
      store.delete('key', 'text'),
      store.replace('key', 'text', 'next', minute),
      store.lock('key', minute),
    ]) {
      await expect(write).rejects.toThrow('the store is read-only');
    }
    store.recover();
    expect((await store.get('key'))?.value).toBe('text');
  });

  it('holds what is asked while it hangs, and does it in order once it recovers', async () => {
    const store = memoryStore();
    store.fail('hang');
    const done: string[] = [];
    const pending = [
      store.set('key', 'first', minute).then(() => done.push('set first')),
      store.set('key', 'second', minute).then(() => done.push('set second')),
      store.get('key').then((stored) => done.push(`got ${stored?.value}`)),
    ];
    expect(store.waiting).toBe(3);
    expect(done).toEqual([]);
    store.recover();
    await Promise.all(pending);
    expect(done).toEqual(['set first', 'set second', 'got second']);
    expect(store.waiting).toBe(0);
  });

  it('goes on for the others when one of them closes it', async () => {
    const store = memoryStore();
    await store.set('key', 'text', minute);
    await store.close();
    expect((await store.get('key'))?.value).toBe('text');
  });
});
