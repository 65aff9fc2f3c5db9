import type { Clock } from '../clock.ts';
import { MemoryCache } from '../memory-cache.ts';
import type { Random } from '../random.ts';
import type { AccessToken } from './access-token.ts';
import { type Freshness, freshnessOf, lookPause, type Margins, renewalPause } from './freshness.ts';
import { Refusals } from './refusals.ts';
import type { TokenRequest } from './token-source.ts';

/** What decides how long a token is kept. */
export interface EntrySettings extends Margins {
  readonly clock: Clock;
  readonly random: Random;
  /** How many tokens are kept. */
  readonly capacity: number;
}

/** A token that is kept. */
export interface Kept extends Freshness {
  readonly token: AccessToken;
}

export interface Entry extends Kept {
  dueAt: number;
  lastRead: number;
  failures: number;
}

/** Told of the client's own token, each time that it is kept or its renewal put off. */
export type OnOwnToken = (kept: Kept) => void;

/** The tokens that a client keeps in memory, and those that an API has refused. */
export class TokenEntries {
  readonly #settings: EntrySettings;
  readonly #onOwnToken: OnOwnToken;
  readonly #entries: MemoryCache<Entry>;
  readonly #refusals: Refusals;
  // Held apart, so that the tokens of ten thousand users never push out the service's own.
  #own: Entry | undefined;

  constructor(settings: EntrySettings, onOwnToken: OnOwnToken = () => undefined) {
    this.#settings = settings;
    this.#onOwnToken = onOwnToken;
    this.#entries = new MemoryCache(settings.capacity);
    this.#refusals = new Refusals(settings.clock, settings.capacity);
  }

  get size(): number {
    return this.#entries.size + (this.#own === undefined ? 0 : 1);
  }

  /** The client's own, whether or not it may still be handed out. */
  get own(): Kept | undefined {
    return this.#own;
  }

  get(request: TokenRequest): Entry | undefined {
    return request.own ? this.#own : this.#entries.get(request.key);
  }

  /** The values of the tokens that were forgotten before their time. */
  rejected({ key }: TokenRequest): readonly string[] {
    return this.#refusals.values(key);
  }

  /** Whether the last token was forgotten before its time. */
  lastRejected({ key }: TokenRequest): boolean {
    return this.#refusals.lately(key);
  }

  /** Keeps a token. False for one that is over on arrival. */
  keep(request: TokenRequest, token: AccessToken): boolean {
    const { clock, random } = this.#settings;
    this.#refusals.got(request.key, token);
    const now = clock.now();
    const { dueAt, usableUntil } = freshnessOf(token, this.#settings, random);
    if (usableUntil <= now) return false;
    const entry: Entry = { token, dueAt, usableUntil, lastRead: now, failures: 0 };
    if (request.own) this.#own = entry;
    else this.#entries.set(request.key, entry);
    if (request.own) this.#onOwnToken(entry);
    return true;
  }

  /** Forgets this very token, if it is still the present one. */
  forget(request: TokenRequest, token: AccessToken): boolean {
    if (this.get(request)?.token.value !== token.value) return false;
    this.#refusals.add(request.key, token);
    if (request.own) this.#own = undefined;
    else this.#entries.delete(request.key);
    return true;
  }

  /** A renewal has failed: the next one is put off, longer each time. */
  postpone(entry: Entry | undefined): void {
    if (entry === undefined) return;
    entry.failures += 1;
    this.#due(entry, renewalPause(entry.failures, lifetimeOf(entry), this.#settings.random));
  }

  /** Another process is renewing the token: what that gets will be in the store. */
  lookAgain(entry: Entry | undefined): void {
    if (entry !== undefined) this.#due(entry, lookPause(lifetimeOf(entry)));
  }

  /** Forgets a token that an API has refused, kept or not. False if another has taken its place. */
  refuse(request: TokenRequest, token: AccessToken): boolean {
    const present = this.get(request);
    if (present !== undefined) return this.forget(request, token);
    this.#refusals.add(request.key, token);
    return true;
  }

  #due(entry: Entry, pause: number): void {
    entry.dueAt = this.#settings.clock.now() + pause;
    if (entry === this.#own) this.#onOwnToken(entry);
  }
}

function lifetimeOf({ token }: Kept): number {
  return token.expiresAt - token.obtainedAt;
}
