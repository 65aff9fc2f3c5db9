import { type Clock, pass } from '../clock.ts';
import type { EventListener } from '../events.ts';
import type { Random } from '../random.ts';
import { type GuardedStore, type StoreWork, StoreUnavailable } from '../stores/guarded-store.ts';
import { HeldLock } from '../stores/held-lock.ts';
import { lockPause } from '../stores/lock-pause.ts';
import type { SharedEntries } from '../stores/shared-entries.ts';
import type { AccessToken } from './access-token.ts';
import { freshnessOf, type Margins } from './freshness.ts';
import type { SharedFailures } from './shared-failures.ts';
import type { TokenRequest, TokenSource } from './token-source.ts';

export interface SharedSettings extends Margins {
  readonly client: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: EventListener;
  readonly store: GuardedStore;
  readonly entries: SharedEntries;
  readonly failures: SharedFailures;
  /** How long whoever waits for the lock does so before it asks without, in milliseconds. */
  readonly lockTimeout: number;
}

/** What a look into the store has led to: somebody's token, or the right to ask for one. */
type Found = { readonly token: AccessToken } | { readonly token: undefined; readonly lock: HeldLock | undefined };

const alone: Found = { token: undefined, lock: undefined };

/** Shares tokens between processes: one of them asks, the others find what it got. */
export class SharedTokenSource implements TokenSource {
  readonly #source: TokenSource;
  readonly #settings: SharedSettings;
  // By key, and all of a key as one: thousands may be refused at once, and each waits for its own key's alone.
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(source: TokenSource, settings: SharedSettings) {
    this.#source = source;
    this.#settings = settings;
  }

  async getToken(request: TokenRequest): Promise<AccessToken> {
    this.#settings.failures.refuse(request.key);
    const found = await this.#search(request);
    if (found.token !== undefined) return found.token;
    const { lock } = found;
    try {
      const token = await this.#source.getToken(request);
      this.#write(request, lock, () =>
        this.#settings.entries.putToken(this.#settings.store.work(), request.key, token),
      );
      return token;
    } catch (error) {
      this.#write(request, lock, () => this.#settings.failures.tell(this.#settings.store.work(), request, error));
      throw error;
    }
  }

  async drop(request: TokenRequest, { value }: AccessToken): Promise<void> {
    await this.#takeOut(request, (token) => token.value === value);
  }

  withdraw(request: TokenRequest): Promise<AccessToken | undefined> {
    return this.#takeOut(request, () => true);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #search(request: TokenRequest): Promise<Found> {
    const work = this.#settings.store.work();
    try {
      const token = await this.#look(work, request);
      return token === undefined ? await this.#takeLock(work, request) : { token };
    } catch (error) {
      if (error instanceof StoreUnavailable) return alone;
      throw error;
    }
  }

  #takeOut({ key }: TokenRequest, isMeant: (token: AccessToken) => boolean): Promise<AccessToken | undefined> {
    const { store, entries } = this.#settings;
    // What is just being written may be this very token.
    const before = this.#writing.get(key);
    const taking = unlessUnavailable(async () => {
      await before;
      const work = store.work();
      const stored = await entries.token(work, key);
      if (stored === undefined || !isMeant(stored.token)) return undefined;
      await entries.deleteToken(work, key, stored.text);
      return stored.token;
    });
    this.#awaited(key, taking);
    return taking;
  }

  /** A token in the store that serves the request. What an API has refused is taken out. */
  async #look(work: StoreWork, request: TokenRequest, waiting = false): Promise<AccessToken | undefined> {
    const { entries, emit, client } = this.#settings;
    const stored = await entries.token(work, request.key, waiting);
    if (stored === undefined) return undefined;
    const { token, text } = stored;
    if (request.rejected?.includes(token.value) === true) {
      await entries.deleteToken(work, request.key, text);
      return undefined;
    }
    if (!this.#serves(token, request)) return undefined;
    emit({ type: 'token.shared', client, reason: request.reason, expiresAt: token.expiresAt });
    return token;
  }

  #serves(token: AccessToken, { present }: TokenRequest): boolean {
    const { clock, random } = this.#settings;
    const { dueAt, usableUntil } = freshnessOf(token, this.#settings, random);
    const now = clock.now();
    return present === undefined ? now < usableUntil : token.value !== present.value && now < dueAt;
  }

  /** Waits for the lock, or for what its holder gets. */
  async #takeLock(work: StoreWork, request: TokenRequest): Promise<Found> {
    const { store, clock, random, lockTimeout, failures } = this.#settings;
    if (!store.locks) {
      await failures.heed(request.key, await failures.told(work, request.key, false));
      return alone;
    }
    const start = clock.now();
    // Half of a caller's time is left for asking without it.
    const waitUntil = start + Math.min(lockTimeout, ((request.deadline ?? Infinity) - start) / 2);
    for (let round = 0; ; round += 1) {
      const waiting = round > 0;
      const lock = await HeldLock.take({ key: `token:${request.key}`, clock, store }, work, waiting);
      try {
        // Read again after winning it: whoever held it before may have got what we want.
        const [token, told] = await Promise.all([
          this.#look(work, request, waiting),
          failures.told(work, request.key, waiting),
        ]);
        if (token !== undefined) return this.#released(request, lock, { token });
        await failures.heed(request.key, told);
      } catch (error) {
        this.#released(request, lock, alone);
        throw error;
      }
      if (lock !== undefined) return { token: undefined, lock };
      // Nobody waits for a renewal: what the other process gets will be found in a moment.
      if (request.present !== undefined) return { token: request.present };
      const left = waitUntil - clock.now();
      if (left <= 0) return alone;
      await pass(clock, Math.min(left, lockPause(round, random)));
    }
  }

  #released(request: TokenRequest, lock: HeldLock | undefined, found: Found): Found {
    this.#write(request, lock, () => Promise.resolve());
    return found;
  }

  /** Writes behind the back of those who wait: for them it is done. */
  #write({ key }: TokenRequest, lock: HeldLock | undefined, work: () => Promise<void>): void {
    // Who has lost the lock must not write: somebody else may have got another token since.
    const writing = (lock?.lost === true ? Promise.resolve() : unlessUnavailable(work)).then(() => lock?.release());
    this.#awaited(key, writing);
  }

  #awaited(key: string, writing: Promise<unknown>): void {
    const all = Promise.all([this.#writing.get(key), writing]).finally(() => {
      if (this.#writing.get(key) === all) this.#writing.delete(key);
    });
    this.#writing.set(key, all);
  }
}

async function unlessUnavailable<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    // An event has told it; whoever asks next does without.
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}
