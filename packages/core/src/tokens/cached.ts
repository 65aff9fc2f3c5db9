import { TokenRequestError } from '../errors.ts';
import type { AccessToken } from './access-token.ts';
import type { Patience } from './patience.ts';
import { SingleFlight } from './single-flight.ts';
import { type Entry, type EntrySettings, type Kept, type OnOwnToken, TokenEntries } from './token-entries.ts';
import type { TokenRequest, TokenSource } from './token-source.ts';

/** Settings of a client's memory cache. */
export interface CacheSettings extends EntrySettings {
  readonly client: string;
  readonly renewal: 'background' | 'foreground';
  /** How long whoever asks waits for a token, in milliseconds. */
  readonly waitTimeout: number;
  /** How long one token request may take, in milliseconds. */
  readonly requestTimeout: number;
}

/** Keeps tokens in memory, shares requests under way, and renews in the background what is used near its end. */
export class CachedTokenSource {
  readonly #source: TokenSource;
  readonly #settings: CacheSettings;
  readonly #patience: Patience;
  readonly #flightTime: number;
  readonly #entries: TokenEntries;
  readonly #flights: SingleFlight<AccessToken>;

  constructor(source: TokenSource, settings: CacheSettings, patience: Patience, onOwnToken?: OnOwnToken) {
    this.#source = source;
    this.#settings = settings;
    this.#patience = patience;
    this.#entries = new TokenEntries(settings, onOwnToken);
    const { client, clock, waitTimeout, requestTimeout } = settings;
    this.#flightTime = Math.max(waitTimeout, requestTimeout);
    // A second more, for what a flight does beside waiting.
    this.#flights = new SingleFlight({ client, clock, flightLimit: this.#flightTime + 1_000 });
  }

  /** How many tokens are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** The client's own token, whether or not it may still be handed out. */
  get own(): Kept | undefined {
    return this.#entries.own;
  }

  /** The present token, if it may be handed out without waiting. Its renewal starts behind it when that is due. */
  peek(request: TokenRequest): AccessToken | undefined {
    const entry = this.#entries.get(request);
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
    signal?.throwIfAborted();
    const next = (): Promise<AccessToken> => this.#next(request, signal);
    try {
      return await this.#patience.wait(request.key, next, signal);
    } catch (error) {
      // The time of this caller may be over while a renewal of a token that is still good goes on.
      const entry = this.#entries.get(request);
      if (entry === undefined || !this.#isUsable(request, entry) || signal?.aborted === true) throw error;
      return entry.token;
    }
  }

  /** Gets the next token with nobody waiting for it: behind the present one, if there is one. */
  async renew(request: TokenRequest): Promise<void> {
    const entry = this.#entries.get(request);
    const usable = entry !== undefined && this.#settings.clock.now() < entry.usableUntil;
    await (usable ? this.#renew(request, entry) : this.#join(request));
  }

  /** Whether somebody has dropped or replaced this token already. Not so of one that was never kept. */
  isGone(request: TokenRequest, { value }: AccessToken): boolean {
    const present = this.#entries.get(request)?.token.value;
    if (present !== undefined) return present !== value;
    return this.#entries.lastRejected(request) || this.#entries.rejected(request).includes(value);
  }

  /** Drops this very token, unless another has taken its place: whoever asks next gets another. */
  reject(request: TokenRequest, token: AccessToken): void {
    if (this.#entries.refuse(request, token)) void this.#source.drop?.(request, token);
  }

  /** The end of the token request that is under way, if one is; however it ends. */
  underWay(request: TokenRequest): Promise<void> {
    return this.#flights.end(request.key);
  }

  /** Forgets the present token, here and in the store, and gives what there was to whoever ends it elsewhere. */
  async forget(request: TokenRequest): Promise<AccessToken[]> {
    const token = this.#entries.get(request)?.token;
    if (token !== undefined) this.#entries.forget(request, token);
    // Another process may have got it, or a newer one.
    const shared = await this.#source.withdraw?.(request);
    const others = shared === undefined || shared.value === token?.value ? [] : [shared];
    return token === undefined ? others : [token, ...others];
  }

  close(because: string): Promise<void> {
    return this.#flights.close(because);
  }

  /** One flight's token for a caller that waits; the present one where its renewal fails and it is still good. */
  async #next(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    const { clock } = this.#settings;
    const entry = this.#entries.get(request);
    if (entry === undefined || clock.now() >= entry.usableUntil) {
      return this.#join(request, signal);
    }
    if (clock.now() < entry.dueAt) return entry.token;
    try {
      return await this.#renew(request, entry, signal);
    } catch (error) {
      if (!this.#isUsable(request, entry) || signal?.aborted === true) throw error;
      return entry.token;
    }
  }

  #isUsable(request: TokenRequest, entry: Entry): boolean {
    return (
      this.#entries.get(request)?.token.value === entry.token.value && this.#settings.clock.now() < entry.usableUntil
    );
  }

  #join(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken> {
    return this.#flights.join(request.key, (isPresent) => this.#fetch(request, isPresent), signal);
  }

  #renew(request: TokenRequest, entry: Entry, signal?: AbortSignal): Promise<AccessToken> {
    const renewal: TokenRequest = { ...request, reason: 'renewal', present: entry.token };
    const work = async (isPresent: () => boolean): Promise<AccessToken> => {
      const token = await this.#fetch(renewal, isPresent, entry);
      // Another process is at it, and some who joined may need another token now: it was refused, or is too old.
      return token === entry.token && !this.#isUsable(request, entry) ? this.#fetch(request, isPresent) : token;
    };
    return this.#flights.join(request.key, work, signal);
  }

  async #fetch(request: TokenRequest, isPresent: () => boolean, renewed?: Entry): Promise<AccessToken> {
    const { clock, waitTimeout, renewal } = this.#settings;
    const rejected = this.#entries.rejected(request);
    const reason = this.#entries.lastRejected(request) ? 'rejected' : request.reason;
    const startedAt = clock.now();
    // Nobody waits for what happens behind a valid token.
    const deadline = renewed !== undefined && renewal === 'background' ? undefined : startedAt + waitTimeout;
    try {
      const token = await this.#source.getToken({ ...request, reason, rejected, deadline });
      if (token === request.present) this.#entries.lookAgain(renewed);
      else if (!this.#kept(request, token, isPresent, rejected)) this.#entries.postpone(renewed);
      return this.#awake(token, startedAt);
    } catch (error) {
      this.#entries.postpone(renewed);
      throw error;
    }
  }

  /** Keeps what a flight has brought, unless that was refused, or the flight given up, while it was on its way. */
  #kept(
    request: TokenRequest,
    token: AccessToken,
    isPresent: () => boolean,
    rejectedBefore: readonly string[],
  ): boolean {
    const { value } = token;
    const overtaken = this.#entries.rejected(request).includes(value) && !rejectedBefore.includes(value);
    return !overtaken && isPresent() && this.#entries.keep(request, token);
  }

  /** A token that is over on arrival serves those who wait for it; not if its time was slept away. */
  #awake(token: AccessToken, startedAt: number): AccessToken {
    const { client, clock } = this.#settings;
    const now = clock.now();
    if (now < token.expiresAt || now <= startedAt + this.#flightTime) return token;
    const message = `client '${client}': the token had ended when it came, for the process was asleep or the clock was set`;
    throw new TokenRequestError(message, { code: 'token_request_timeout', client });
  }
}
