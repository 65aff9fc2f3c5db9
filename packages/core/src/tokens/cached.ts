import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { AccessToken } from './access-token.ts';
import { type Freshness, freshnessOf, type Margins, renewalPause } from './freshness.ts';
import { MemoryCache } from '../memory-cache.ts';
import { SingleFlight } from './single-flight.ts';
import type { TokenRequest, TokenSource } from './token-source.ts';

/** Settings of a client's memory cache. */
export interface CacheSettings extends Margins {
  readonly client: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly renewal: 'background' | 'foreground';
  /** How many tokens are kept. */
  readonly capacity: number;
}

interface Entry extends Freshness {
  readonly token: AccessToken;
  dueAt: number;
  lastRead: number;
  failures: number;
}

/** Keeps tokens in memory, shares requests under way, and renews in the background what is used near its end. */
export class CachedTokenSource implements TokenSource {
  readonly #source: TokenSource;
  readonly #settings: CacheSettings;
  readonly #entries: MemoryCache<Entry>;
  readonly #rejected: MemoryCache<string>;
  readonly #flights: SingleFlight<AccessToken>;
  // Held apart, so that the tokens of ten thousand users never push out the service's own.
  #own: Entry | undefined;

  constructor(source: TokenSource, settings: CacheSettings) {
    this.#source = source;
    this.#settings = settings;
    this.#entries = new MemoryCache(settings.capacity);
    this.#rejected = new MemoryCache(settings.capacity);
    this.#flights = new SingleFlight(settings.client);
  }

  /** The present token, if it may be handed out without waiting. Its renewal starts behind it when that is due. */
  peek(request: TokenRequest): AccessToken | undefined {
    const entry = this.#entry(request);
    if (entry === undefined) return undefined;
    const now = this.#settings.clock.now();
    // A wall clock that was set back says nothing about the token's age.
    if (now < entry.lastRead) entry.dueAt = now;
    entry.lastRead = now;
    if (now >= entry.usableUntil) return undefined;
    if (now < entry.dueAt) return entry.token;
    if (this.#settings.renewal === 'foreground') return undefined;
    if (!this.#flights.has(request.key)) void this.#renew(request, entry).catch(() => undefined);
    return entry.token;
  }

  async getToken(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    const token = this.peek(request);
    if (token !== undefined) return token;
    const entry = this.#entry(request);
    if (entry === undefined || this.#settings.clock.now() >= entry.usableUntil) {
      return this.#flights.join(request.key, () => this.#fetch(request), signal);
    }
    try {
      return await this.#renew(request, entry, signal);
    } catch (error) {
      const usable = this.holds(request, entry.token) && this.#settings.clock.now() < entry.usableUntil;
      if (!usable || signal?.aborted === true) throw error;
      return entry.token;
    }
  }

  /** Whether this very token is the present one. */
  holds(request: TokenRequest, token: AccessToken): boolean {
    return this.#entry(request)?.token.value === token.value;
  }

  /** Drops this very token, if it is still the present one: whoever asks next gets another. */
  reject(request: TokenRequest, token: AccessToken): void {
    if (!this.holds(request, token)) return;
    this.#rejected.set(request.key, token.value);
    if (request.own) this.#own = undefined;
    else this.#entries.delete(request.key);
  }

  /** The end of the token request that is under way, if one is; however it ends. */
  underWay(request: TokenRequest): Promise<void> {
    return this.#flights.end(request.key);
  }

  /** Forgets the present token, and gives it to whoever ends it elsewhere. */
  drop(request: TokenRequest): AccessToken | undefined {
    const token = this.#entry(request)?.token;
    if (token !== undefined) this.reject(request, token);
    return token;
  }

  close(because: string): Promise<void> {
    return this.#flights.close(because);
  }

  #entry(request: TokenRequest): Entry | undefined {
    return request.own ? this.#own : this.#entries.get(request.key);
  }

  #renew(request: TokenRequest, entry: Entry, signal?: AbortSignal): Promise<AccessToken> {
    return this.#flights.join(request.key, () => this.#fetch({ ...request, reason: 'renewal' }, entry), signal);
  }

  async #fetch(request: TokenRequest, renewed?: Entry): Promise<AccessToken> {
    const rejected = this.#rejected.get(request.key);
    try {
      const token = await this.#source.getToken(
        rejected === undefined ? request : { ...request, reason: 'rejected', rejected },
      );
      if (!this.#keep(request, token) && renewed !== undefined) this.#postpone(renewed);
      return token;
    } catch (error) {
      if (renewed !== undefined) this.#postpone(renewed);
      throw error;
    }
  }

  #keep(request: TokenRequest, token: AccessToken): boolean {
    const { clock, random } = this.#settings;
    this.#rejected.delete(request.key);
    const now = clock.now();
    const { dueAt, usableUntil } = freshnessOf(token, this.#settings, random);
    // A token that is over on arrival serves those who wait for it, and nobody else.
    if (usableUntil <= now) return false;
    const entry: Entry = { token, dueAt, usableUntil, lastRead: now, failures: 0 };
    if (request.own) this.#own = entry;
    else this.#entries.set(request.key, entry);
    return true;
  }

  #postpone(entry: Entry): void {
    const { clock, random } = this.#settings;
    entry.failures += 1;
    entry.dueAt = clock.now() + renewalPause(entry.failures, entry.token.expiresAt - entry.token.obtainedAt, random);
  }
}
