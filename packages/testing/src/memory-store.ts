import { randomUUID } from 'node:crypto';
import type { Clock, StoreLock, TokenStore } from '@outbound-auth/core';
import { type StoreFault, StoreFaults } from './store-faults.ts';

/** What was asked of a store, in the order of asking. */
export interface StoreOperation {
  readonly name: 'get' | 'set' | 'delete' | 'replace' | 'lock' | 'extend' | 'release';
  readonly key: string;
}

/** A store in memory, and what a test may do to it. */
export interface MemoryStore extends Required<TokenStore> {
  /** All that was asked so far, faults or not. */
  readonly operations: readonly StoreOperation[];
  /** Operations that hang now. */
  readonly waiting: number;
  /** Breaks it from now on; what hangs already goes on hanging. */
  fail(fault: StoreFault): void;
  /** Mends it: what hangs is done now, in the order of asking. */
  recover(): void;
}

/** How a memory store is made. */
export interface MemoryStoreOptions {
  /** What entries end by; default the system's. */
  readonly clock?: Pick<Clock, 'now'>;
}

interface Entry {
  readonly value: string;
  readonly end: number;
}

/**
 * A store for tests: processes in one process share it by sharing the object. `close` does nothing, so that the others
 * can go on.
 *
 * @example
 * ```ts
 * import { createOutboundAuth } from '@outbound-auth/core';
 * import { manualClock, memoryStore, startUpstream } from '@outbound-auth/testing';
 *
 * const clock = manualClock();
 * const store = memoryStore({ clock });
 * const billing = await startUpstream();
 * const auth = createOutboundAuth({ clients: { billing: billing.client }, store, clock });
 *
 * store.fail('down'); // or 'hang', 'read-only'
 * await auth.fetch(`${billing.api.origin}/invoices`);
 * store.recover();
 * ```
 */
export function memoryStore({ clock = { now: () => Date.now() } }: MemoryStoreOptions = {}): MemoryStore {
  const texts = new Entries(clock);
  const locks = new Entries(clock);
  const operations: StoreOperation[] = [];
  const faults = new StoreFaults();
  const perform = async <Result>(name: StoreOperation['name'], key: string, action: () => Result): Promise<Result> => {
    operations.push({ name, key });
    await faults.pass(name === 'get' ? 'read' : 'write');
    return action();
  };
  const lockOf = (key: string, holder: string): StoreLock => ({
    extend: (lifetime) => perform('extend', key, () => locks.replace(key, holder, holder, lifetime)),
    release: () => perform('release', key, () => locks.delete(key, holder)),
  });
  return {
    operations,
    get waiting() {
      return faults.waiting;
    },
    fail: (fault) => faults.begin(fault),
    recover: () => faults.end(),
    get: (key) =>
      perform('get', key, () => {
        const entry = texts.get(key);
        return entry && { value: entry.value, remaining: entry.end - clock.now() };
      }),
    set: (key, value, lifetime) => perform('set', key, () => texts.set(key, value, lifetime)),
    delete: (key, value) => perform('delete', key, () => texts.delete(key, value)),
    replace: (key, value, next, lifetime) => perform('replace', key, () => texts.replace(key, value, next, lifetime)),
    lock: (key, lifetime) =>
      perform('lock', key, () => {
        const holder = randomUUID();
        return locks.replace(key, undefined, holder, lifetime) ? lockOf(key, holder) : undefined;
      }),
    close: () => Promise.resolve(),
  };
}

class Entries {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.end > this.#clock.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: string, lifetime: number): void {
    this.#entries.set(key, { value, end: this.#clock.now() + lifetime });
  }

  delete(key: string, value: string): void {
    if (this.get(key)?.value === value) this.#entries.delete(key);
  }

  replace(key: string, value: string | undefined, next: string, lifetime: number): boolean {
    if (this.get(key)?.value !== value) return false;
    this.set(key, next, lifetime);
    return true;
  }
}
