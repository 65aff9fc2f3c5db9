import type { TokenStore } from '@outbound-auth/core';

/** A store that has just been started, with nothing in it. */
export interface StoreUnderTest {
  readonly store: TokenStore;
  /** The same texts and locks as another process has them: over a connection of its own, where there is one. */
  readonly other: TokenStore;
  /** Lets time pass for all that is in the store. */
  readonly pass: (milliseconds: number) => Promise<void>;
  /** Ends what `start` began, both stores too. */
  close(): Promise<void>;
}

/** How the contract gets hold of a store. */
export interface StoreHarness {
  /** For the title of the suite. */
  readonly name: string;
  /** False for a store without `replace` and `lock`; default true. */
  readonly locks?: boolean;
  /** Starts a store for one test. */
  start(): Promise<StoreUnderTest>;
}
