import { manualClock, memoryStore, type ManualClock, type MemoryStore } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { GuardedStore, StoreUnavailable } from '../../src/stores/guarded-store.ts';
import { HeldLock } from '../../src/stores/held-lock.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly events: readonly OutboundAuthEvent[];
  /** Takes the lock as a process of its own. */
  readonly take: () => Promise<HeldLock | undefined>;
  /** The same for one who must get it. */
  readonly won: () => Promise<HeldLock>;
  /** The operations so far, in short. */
  readonly asked: () => string[];
}

function scene(): Scene {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const events: OutboundAuthEvent[] = [];
  const emit = (event: OutboundAuthEvent) => void events.push(event);
  const take = () => {
    const guarded = new GuardedStore(store, { clock, random: () => 1, emit, storeTimeout: 250 });
    return HeldLock.take({ key: 'k', clock, store: guarded }, guarded.work(), false);
  };
  const won = async () => {
    const lock = await take();
    if (lock === undefined) throw new Error('somebody else holds the lock');
    return lock;
  };
  return { clock, store, events, take, won, asked: () => store.operations.map(({ name }) => name) };
}

describe('row "lock"', () => {
  it('is held by one at a time', async () => {
    const { take, won } = scene();
    const lock = await won();
    expect(lock.lost).toBe(false);
    expect(await take()).toBeUndefined();
    await lock.release();
    expect(await take()).toBeDefined();
  });

  it('is extended each second by its holder, for as long as that works', async () => {
    const { clock, take, won, asked } = scene();
    const lock = await won();
    await clock.advance(9_999);
    expect(asked()).toEqual(['lock', ...Array.from({ length: 9 }, () => 'extend')]);
    expect(lock.lost).toBe(false);
    expect(await take()).toBeUndefined();
    await lock.release();
    await clock.advance(10_000);
    expect(asked().slice(-2)).toEqual(['lock', 'release']);
    expect(clock.pending).toBe(0);
  });

  it('E30 is had by others within 3 s after its holder has died', async () => {
    const { clock, store, take } = scene();
    await store.lock('k', 3_000);
    await clock.advance(2_999);
    expect(await take()).toBeUndefined();
    await clock.advance(1);
    expect(await take()).toBeDefined();
  });

  it('E30 is lost when its time is over, and others may have it', async () => {
    const { clock, store, won } = scene();
    const lock = await won();
    store.fail('down');
    await clock.advance(2_999);
    expect(lock.lost).toBe(false);
    await clock.advance(1);
    expect(lock.lost).toBe(true);
  });

  it('E30 that was lost is not released: it is another’s', async () => {
    const { clock, store, take, won } = scene();
    const lock = await won();
    store.fail('down');
    await clock.advance(3_000);
    store.recover();
    const other = await won();
    await clock.advance(500);
    await lock.release();
    expect(other.lost).toBe(false);
    expect(await take()).toBeUndefined();
  });

  it('E30 is lost as soon as the store says so', async () => {
    const clock = manualClock();
    const lost = { extend: () => Promise.resolve(false), release: () => Promise.resolve() };
    const store = { ...memoryStore({ clock }), lock: () => Promise.resolve(lost) };
    const guarded = new GuardedStore(store, { clock, random: () => 1, emit: () => undefined, storeTimeout: 250 });
    const lock = await HeldLock.take({ key: 'k', clock, store: guarded }, guarded.work(), false);
    await clock.advance(999);
    expect(lock?.lost).toBe(false);
    await clock.advance(1);
    expect(lock?.lost).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('E30 is kept by the next extension where one was missed', async () => {
    const { clock, store, won } = scene();
    const lock = await won();
    store.fail('down');
    await clock.advance(1_500);
    store.recover();
    await clock.advance(1_499);
    expect(lock.lost).toBe(false);
    await clock.advance(2_000);
    expect(lock.lost).toBe(false);
  });

  it('E30 is not extended after it was lost', async () => {
    const { clock, store, won, asked } = scene();
    await won();
    store.fail('down');
    await clock.advance(4_000);
    store.recover();
    const before = asked().length;
    await clock.advance(60_000);
    expect(asked()).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });

  it('E56 is lost to a process that has slept', async () => {
    const { clock, won } = scene();
    const lock = await won();
    clock.set(clock.now() + 3_600_000);
    expect(lock.lost).toBe(true);
  });

  it('E04 is lost when the wall clock was set back: nobody knows how long ago it was taken', async () => {
    const { clock, won } = scene();
    const lock = await won();
    clock.set(clock.now() - 3_600_000);
    expect(lock.lost).toBe(true);
  });

  it('E30 that comes when nobody waits for it any more is given back', async () => {
    const { clock, store, take, asked } = scene();
    store.fail('hang');
    const taking = expect(take()).rejects.toBeInstanceOf(StoreUnavailable);
    await clock.advance(250);
    await taking;
    store.recover();
    await clock.advance(0);
    expect(asked()).toEqual(['lock', 'release']);
    expect(await take()).toBeDefined();
  });

  it('never fails its holder', async () => {
    const { store, won, asked } = scene();
    const lock = await won();
    store.fail('down');
    await lock.release();
    expect(lock.lost).toBe(true);
    expect(asked()).toEqual(['lock', 'release']);
  });

  it('is released once, for somebody else may hold it by then', async () => {
    const { won, asked } = scene();
    const lock = await won();
    await lock.release();
    const other = await won();
    await lock.release();
    expect(asked()).toEqual(['lock', 'release', 'lock']);
    expect(other.lost).toBe(false);
  });

  it('keeps no process alive', async () => {
    const clock = manualClock();
    const kept: boolean[] = [];
    const after: Clock['after'] = (milliseconds, callback, options) => {
      kept.push(options?.unref !== true);
      return clock.after(milliseconds, callback);
    };
    const store = memoryStore({ clock });
    const guarded = new GuardedStore(store, { clock, random: () => 1, emit: () => undefined, storeTimeout: 250 });
    await HeldLock.take({ key: 'k', clock: { ...clock, after }, store: guarded }, guarded.work(), false);
    expect(kept).toEqual([false]);
  });

  it('is released behind an extension that is under way', async () => {
    const { clock, store, take, won, asked } = scene();
    const lock = await won();
    store.fail('hang');
    await clock.advance(1_000);
    const releasing = lock.release();
    store.recover();
    await releasing;
    expect(asked()).toEqual(['lock', 'extend', 'release']);
    expect(await take()).toBeDefined();
    expect(lock.lost).toBe(true);
    expect(clock.pending).toBe(1);
  });
});
