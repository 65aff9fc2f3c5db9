import type { Clock } from '../clock.ts';
import type { OutboundAuthError } from '../errors.ts';
import type { EventListener } from '../events.ts';
import { MemoryCache } from '../memory-cache.ts';
import { leftOf, type Pause, pauseLength } from '../pause.ts';
import type { Random } from '../random.ts';
import type { Verdict } from './verdict.ts';

/** Why nothing is asked for, and for how long. */
export interface Hold extends Pause {
  readonly error: OutboundAuthError;
  readonly verdict: HeldVerdict;
  /** How many times in a row. */
  readonly times: number;
}

/** What can hold back the requests after it. */
export type HeldVerdict = Exclude<Verdict, 'not_asked'>;

/** Whose requests a hold is about: all of the client's, or those for one token. */
export type HoldScope = 'client' | 'token';

export interface HoldBackSettings {
  readonly client: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: EventListener;
  /** Of how many tokens it is known. */
  readonly capacity: number;
  /** Told when the server refuses the client… */
  readonly onRefusedClient?: ((hold: Hold) => void) | undefined;
  /** …and of each caller that is turned away because of that. */
  readonly onTurnedAway?: ((hold: Hold) => void) | undefined;
}

/** The holds that a request has found when it began, and when that was, in milliseconds since the epoch. */
export interface Holds extends Readonly<Record<HoldScope, Hold | undefined>> {
  readonly at: number;
}

/** Of so many tokens trouble is known, however few a client keeps in memory: else it would be forgotten at once. */
export const fewestKnown = 1_000;

/** Keeps in mind what failed, so that a server in trouble, or one that has said no, is left in peace for a while. */
export class HoldBack {
  readonly #settings: HoldBackSettings;
  readonly #tokens: MemoryCache<Hold>;
  #client: Hold | undefined;

  constructor(settings: HoldBackSettings) {
    this.#settings = settings;
    this.#tokens = new MemoryCache(settings.capacity);
  }

  /** All that was ever noted and not yet made good, over or not. */
  of(key: string): Holds {
    return { client: this.#client, token: this.#tokens.get(key), at: this.#settings.clock.now() };
  }

  /** The hold that is on; of two the one that says no, else the longer. */
  on(key: string): Hold | undefined {
    const now = this.#settings.clock.now();
    const { client, token } = this.of(key);
    const holds = [client, token].filter((hold) => hold !== undefined && leftOf(hold, now) > 0);
    return holds.reduce((one, other) => (one && other && rank(other, now) > rank(one, now) ? other : one), holds[0]);
  }

  /** Until when nothing is asked for the client, in milliseconds since the epoch; undefined if nothing holds it. */
  get clientUntil(): number | undefined {
    return this.#client !== undefined && this.left(this.#client) > 0 ? this.#client.until : undefined;
  }

  /** In milliseconds. */
  left(hold: Hold): number {
    return leftOf(hold, this.#settings.clock.now());
  }

  /** The same for one who asks while it is on. What the server refused may have changed: that is looked into. */
  turnedAway(hold: Hold): OutboundAuthError {
    if (hold.verdict === 'client_refused') this.#settings.onTurnedAway?.(hold);
    return this.errorOf(hold);
  }

  /** The error for who must not wait for the end of a hold: what happened, and when it may be over. */
  errorOf(hold: Hold): OutboundAuthError {
    return hold.error.copy({ retryAfter: Math.max(0.001, this.left(hold) / 1_000) });
  }

  /** A request that began with these holds has failed. */
  failed(key: string, before: Holds, verdict: HeldVerdict, error: OutboundAuthError): void {
    const scope = verdict === 'client_refused' || (verdict === 'failing' && isThrottled(error)) ? 'client' : 'token';
    // Another request was there first: this one says nothing that isn't known.
    if (this.of(key)[scope] !== before[scope]) return;
    const now = this.#settings.clock.now();
    const times = timesBefore(before[scope], before.at) + 1;
    const length = this.#length(verdict, error, times);
    this.#put(key, scope, { error, verdict, times, length, until: now + length });
  }

  /** A request that began with these holds has succeeded. */
  succeeded(key: string, before: Holds): void {
    if (this.#client === before.client) this.#client = undefined;
    if (this.#tokens.get(key) === before.token) this.#tokens.delete(key);
  }

  /** Another process has failed, and told so. */
  adopt(key: string, scope: HoldScope, hold: Hold): void {
    const known = this.of(key)[scope];
    if (known === undefined || this.left(known) < this.left(hold)) this.#put(key, scope, hold);
  }

  /** Asks again for all: what the server refused has changed. */
  forgive(hold: Hold): void {
    if (this.#client === hold) this.#client = undefined;
  }

  #put(key: string, scope: HoldScope, hold: Hold): void {
    const { emit, client, onRefusedClient } = this.#settings;
    if (scope === 'client') this.#client = hold;
    else this.#tokens.set(key, hold);
    if (hold.verdict === 'client_refused') onRefusedClient?.(hold);
    emit({ type: 'token.held_back', client, scope, durationMs: hold.length, error: hold.error });
  }

  #length(verdict: HeldVerdict, { retryAfter }: OutboundAuthError, times: number): number {
    if (verdict === 'refused' || verdict === 'client_refused') return pauseLength(times, 5_000, 60_000);
    const length = pauseLength(retryAfter === undefined ? times : 1, 500, 30_000);
    const chance = this.#settings.random();
    // Never earlier than it was asked for, and not all of a fleet in the same moment.
    const asked = (1_000 + 100 * (1 - chance)) * (retryAfter ?? 0);
    return Math.max(length * (0.75 + 0.25 * chance), asked);
  }
}

/** The server asks all of the client's requests to wait. */
export function isThrottled({ server, retryAfter }: OutboundAuthError): boolean {
  return server?.status === 429 || retryAfter !== undefined;
}

/** For who begins after twice its length, what was wrong then is another matter. */
function timesBefore(hold: Hold | undefined, begin: number): number {
  return hold === undefined || begin > hold.until + 2 * hold.length ? 0 : hold.times;
}

function rank(hold: Hold, now: number): number {
  return hold.verdict === 'failing' ? leftOf(hold, now) : Infinity;
}
