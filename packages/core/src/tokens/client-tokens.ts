import { type Clock, unrefClock } from '../clock.ts';
import type { EventListener } from '../events.ts';
import type { GuardedStore } from '../stores/guarded-store.ts';
import type { ClientStatus } from '../status.ts';
import type { Seal } from '../stores/seal.ts';
import { SharedEntries } from '../stores/shared-entries.ts';
import type { Prove } from './access-token.ts';
import { CachedTokenSource, type CacheSettings } from './cached.ts';
import { ChangedCredential } from './changed-credential.ts';
import { fewestKnown, HoldBack } from './hold-back.ts';
import { ObservedTokenSource } from './observed.ts';
import { Patience } from './patience.ts';
import { RetryingTokenSource } from './retrying.ts';
import { SharedTokenSource } from './shared.ts';
import { SharedFailures } from './shared-failures.ts';
import type { Kept, OnOwnToken } from './token-entries.ts';
import type { TokenSource } from './token-source.ts';

/** What processes share a client's tokens by. */
export interface Sharing {
  readonly store: GuardedStore;
  readonly seal: Seal;
  /** In milliseconds. */
  readonly lockTimeout: number;
}

export interface ClientTokenSettings {
  readonly name: string;
  readonly clock: Clock;
  readonly emit: EventListener;
  readonly cache: CacheSettings;
  readonly attempts: number;
  /** How many token requests are under way. */
  readonly underWay: () => number;
  /** Undefined: the tokens stay in this process. */
  readonly sharing: Sharing | undefined;
  /** The key of what is held back for all of the client's tokens. */
  readonly clientKey: string;
  readonly credential: () => Promise<string | undefined>;
  readonly prove: (() => Promise<Prove>) | undefined;
  readonly onOwnToken: OnOwnToken;
}

/** The way to a client's tokens: memory, then the store, then the grant, again and again if it helps. */
export class ClientTokens {
  readonly cached: CachedTokenSource;
  readonly #holds: HoldBack;
  readonly #observed: ObservedTokenSource;
  readonly #clock: Clock;
  readonly #underWay: () => number;
  readonly #retrying: RetryingTokenSource;
  readonly #shared: SharedTokenSource | undefined;

  constructor(grant: TokenSource, settings: ClientTokenSettings) {
    const { name: client, emit, cache, attempts, credential, sharing } = settings;
    // Whoever waits keeps the process alive; what happens behind them must not.
    const clock = unrefClock(settings.clock);
    this.#clock = clock;
    this.#underWay = settings.underWay;
    const { random, capacity, requestTimeout } = cache;
    const changed = new ChangedCredential({
      clock,
      credential,
      forgive: (hold) => {
        this.#holds.forgive(hold);
      },
    });
    this.#holds = new HoldBack({
      client,
      clock,
      random,
      emit,
      capacity: Math.max(fewestKnown, capacity),
      onRefusedClient: (hold) => {
        changed.refused(hold);
      },
      onTurnedAway: (hold) => void changed.look(hold),
    });
    const holds = this.#holds;
    this.#observed = new ObservedTokenSource(grant, client, clock, emit);
    const retrying = { client, clock, random, emit, attempts, requestTimeout, holds };
    this.#retrying = new RetryingTokenSource(this.#observed, retrying);
    this.#shared = sharing && this.#share(sharing, settings, clock);
    const { waitTimeout } = cache;
    const patience = new Patience({ client, clock: settings.clock, waitTimeout, holds });
    this.cached = new CachedTokenSource(this.#shared ?? this.#retrying, cache, patience, settings.onOwnToken);
  }

  /** Refuses new token requests, saying why, and waits for those under way, and for what they write. */
  async close(because: string): Promise<void> {
    await this.cached.close(because);
    await this.#shared?.close();
  }

  status(): ClientStatus {
    const { cached } = this;
    const { last, succeeded, failed } = this.#observed;
    return {
      token: stateOf(cached.own, this.#clock.now()),
      obtainedAt: cached.own?.token.obtainedAt,
      expiresAt: cached.own?.token.expiresAt,
      renewalDueAt: cached.own?.dueAt,
      tokens: cached.size,
      requests: { underWay: this.#underWay(), succeeded, failed },
      heldBackUntil: this.#holds.clientUntil,
      lastError: last && { at: last.at, code: last.error.code, message: last.error.message },
    };
  }

  #share({ store, seal, lockTimeout }: Sharing, settings: ClientTokenSettings, clock: Clock): SharedTokenSource {
    const { name: client, emit, cache, clientKey, credential, prove } = settings;
    const holds = this.#holds;
    const entries = new SharedEntries({ client, clock, emit, seal, prove });
    const failures = new SharedFailures({ clock, holds, entries, clientKey, credential });
    return new SharedTokenSource(this.#retrying, { ...cache, clock, emit, store, entries, failures, lockTimeout });
  }
}

function stateOf(own: Kept | undefined, now: number): ClientStatus['token'] {
  if (own === undefined) return 'none';
  if (now >= own.usableUntil) return 'expired';
  return now < own.dueAt ? 'valid' : 'due';
}
