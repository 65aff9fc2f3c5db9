import type { Clock } from '../clock.ts';
import type { EventListener } from '../events.ts';
import type { HoldScope } from '../tokens/hold-back.ts';
import type { AccessToken, Prove } from '../tokens/access-token.ts';
import type { StoreWork } from './guarded-store.ts';
import type { Seal } from './seal.ts';
import { readValue } from './read-value.ts';
import { readFailure, type SharedFailure, writeFailure } from './stored-failure.ts';
import { readToken, writeToken } from './stored-token.ts';
import type { StoredValue } from './token-store.ts';

export interface SharedEntrySettings {
  readonly client: string;
  readonly clock: Clock;
  readonly emit: EventListener;
  readonly seal: Seal;
  /** Proves the possession of the key that this client's tokens are bound to, where processes share that. */
  readonly prove: (() => Promise<Prove>) | undefined;
}

/** A token in the store, and the text that it stands in. */
export interface SharedToken {
  readonly token: AccessToken;
  readonly text: string;
}

/** What is stored, and its text where it can be opened. */
interface Read extends StoredValue {
  readonly text: string | undefined;
}

/** A client's tokens and failures as processes share them. */
export class SharedEntries {
  readonly #settings: SharedEntrySettings;
  readonly #ignoring = new WeakSet<StoreWork>();

  constructor(settings: SharedEntrySettings) {
    this.#settings = settings;
  }

  /** @throws {StoreUnavailable} */
  async token(work: StoreWork, key: string, waiting = false): Promise<SharedToken | undefined> {
    const at = tokenAt(key);
    const now = this.#settings.clock.now();
    const stored = await this.#read(work, at, waiting);
    if (stored === undefined) return undefined;
    const { remaining, value, text } = stored;
    const prove = await this.#settings.prove?.();
    const token = text === undefined ? undefined : readToken(text, { key: at, now, remaining, prove });
    if (token === undefined) this.#ignore(work);
    return token && { token, text: value };
  }

  /** @throws {StoreUnavailable} */
  async putToken(work: StoreWork, key: string, token: AccessToken): Promise<void> {
    const at = tokenAt(key);
    const { clock } = this.#settings;
    await this.#write(work, at, writeToken(at, token), () => token.expiresAt - clock.now());
  }

  /** @throws {StoreUnavailable} */
  async deleteToken(work: StoreWork, key: string, text: string): Promise<void> {
    await work.do((store) => store.delete(tokenAt(key), text));
  }

  /** @throws {StoreUnavailable} */
  async failure(work: StoreWork, scope: HoldScope, key: string, waiting: boolean): Promise<SharedFailure | undefined> {
    const at = failureAt(scope, key);
    const stored = await this.#read(work, at, waiting);
    if (stored === undefined) return undefined;
    const failure = stored.text === undefined ? undefined : readFailure(stored.text, at);
    if (failure === undefined) this.#ignore(work);
    const { remaining = Infinity } = stored;
    return failure && { ...failure, length: Math.min(failure.length, remaining) };
  }

  /** @throws {StoreUnavailable} */
  async putFailure(work: StoreWork, scope: HoldScope, key: string, failure: SharedFailure): Promise<void> {
    const at = failureAt(scope, key);
    await this.#write(work, at, writeFailure(at, failure), () => failure.length);
  }

  // Opening and sealing is work in the store too: a key that can't be read must not fail a call either.
  async #read(work: StoreWork, at: string, waiting: boolean): Promise<Read | undefined> {
    const { seal } = this.#settings;
    const loading = seal.load?.();
    if (loading !== undefined) {
      // Once for each process: that takes longer than a store may, and only what stands there is worth it.
      if ((await work.do((store) => readValue(store, at), { access: 'read', waiting })) === undefined) return undefined;
      await loading;
    }
    return work.do(
      async (store) => {
        const stored = await readValue(store, at);
        return stored && { ...stored, text: await seal.open(at, stored.value) };
      },
      { access: 'read', waiting },
    );
  }

  // The lifetime last, for sealing takes time too: an entry must not outlive what it holds.
  async #write(work: StoreWork, at: string, text: string, lifetime: () => number): Promise<void> {
    await this.#settings.seal.load?.();
    if (lifetime() < 1) return;
    await work.do(async (store) => {
      const sealed = await this.#settings.seal.seal(at, text);
      // Whole milliseconds, and never more than there are.
      const whole = Math.floor(lifetime());
      if (whole > 0) await store.set(at, sealed, whole);
    });
  }

  // Who waits for a lock reads the same again and again.
  #ignore(work: StoreWork): void {
    if (this.#ignoring.has(work)) return;
    this.#ignoring.add(work);
    this.#settings.emit({ type: 'store.entry_ignored', client: this.#settings.client });
  }
}

function tokenAt(key: string): string {
  return `token:${key}`;
}

// The client's key is also that of its own token, which may be refused alone.
function failureAt(scope: HoldScope, key: string): string {
  return `failure:${scope}:${key}`;
}
