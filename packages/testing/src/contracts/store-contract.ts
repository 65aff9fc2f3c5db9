import assert from 'node:assert/strict';
import type { ContractRunner } from './adapter-harness.ts';
import { locking } from './locking.ts';
import { replacing } from './replacing.ts';
import type { StoreHarness, StoreUnderTest } from './store-harness.ts';
import { texts } from './texts.ts';

/** Defines a test that has a store of its own. */
export type StoreTest = (title: string, body: (scene: StoreUnderTest) => Promise<void>) => void;

/**
 * Defines the suite that every store keeps. A store without `replace` and `lock` runs the part about texts.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { manualClock, memoryStore, storeContract } from '@outbound-auth/testing';
 *
 * storeContract({ describe, it }, {
 *   name: 'memoryStore',
 *   start: async () => {
 *     const clock = manualClock();
 *     const store = memoryStore({ clock });
 *     return { store, other: store, pass: (milliseconds) => clock.advance(milliseconds), close: () => store.close() };
 *   },
 * });
 * ```
 */
export function storeContract(runner: ContractRunner, harness: StoreHarness): void {
  const test: StoreTest = (title, body) => void runner.it(title, () => play(harness, body));
  runner.describe(`the store contract, kept by ${harness.name}`, () => {
    runner.describe('texts', () => texts(test));
    if (harness.locks ?? true) {
      runner.describe('replacing', () => replacing(test));
      runner.describe('locking', () => locking(test));
    } else {
      test('has neither `replace` nor `lock`, so that nobody relies on one alone', ({ store }) => {
        assert.deepEqual(
          { replace: typeof store.replace, lock: typeof store.lock },
          { replace: 'undefined', lock: 'undefined' },
        );
        return Promise.resolve();
      });
    }
  });
}

async function play(harness: StoreHarness, body: (scene: StoreUnderTest) => Promise<void>): Promise<void> {
  const scene = await harness.start();
  try {
    await body(scene);
  } finally {
    await scene.close();
  }
}
