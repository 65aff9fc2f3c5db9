import type { Clock } from '../clock.ts';
import { isOutboundAuthError } from '../errors.ts';
import type { StoreWork } from '../stores/guarded-store.ts';
import type { SharedEntries } from '../stores/shared-entries.ts';
import type { SharedFailure } from '../stores/stored-failure.ts';
import { type Hold, type HoldBack, type HoldScope, isThrottled } from './hold-back.ts';
import type { TokenRequest } from './token-source.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export interface SharedFailureSettings {
  readonly clock: Clock;
  readonly holds: HoldBack;
  readonly entries: SharedEntries;
  /** The key of what is held back for all of the client's tokens. */
  readonly clientKey: string;
  /** A digest of what the client shows the server; undefined if it can't be had. */
  readonly credential: () => Promise<string | undefined>;
}

// In milliseconds: an endpoint in trouble may be out of it in a moment.
const longestTrouble = 2_000;

/** What other processes tell of the client, and of one of its tokens. */
export type ToldFailures = Readonly<Record<HoldScope, SharedFailure | undefined>>;

/** Tells other processes what kept this one from a token, and heeds what they tell. */
export class SharedFailures {
  readonly #settings: SharedFailureSettings;

  constructor(settings: SharedFailureSettings) {
    this.#settings = settings;
  }

  /** @throws {OutboundAuthError} what the server said last, while it is not to be asked again. */
  refuse(key: string): void {
    const { holds } = this.#settings;
    const hold = holds.on(key);
    if (hold !== undefined && hold.verdict !== 'failing') throw holds.turnedAway(hold);
  }

  /** What other processes tell. @throws {StoreUnavailable} */
  async told(work: StoreWork, key: string, waiting: boolean): Promise<ToldFailures> {
    const { entries, clientKey } = this.#settings;
    const [client, token] = await Promise.all([
      entries.failure(work, 'client', clientKey, waiting),
      entries.failure(work, 'token', key, waiting),
    ]);
    return { client, token };
  }

  /** Holds back what another process was refused. @throws as `refuse` does. */
  async heed(key: string, { client, token }: ToldFailures): Promise<void> {
    if (client !== undefined) await this.#adopt(key, 'client', client);
    if (token !== undefined) await this.#adopt(key, 'token', token);
    this.refuse(key);
  }

  /** @throws {StoreUnavailable} */
  async tell(work: StoreWork, { key }: TokenRequest, error: unknown): Promise<void> {
    const { entries, holds, clientKey } = this.#settings;
    const verdict = verdictOf(error);
    if (!isOutboundAuthError(error) || verdict === 'not_asked') return;
    const { client, token } = holds.of(key);
    const hold = [client, token].find((candidate) => candidate?.error === error);
    // Turned away for what was told before.
    if (hold === undefined && holds.on(key) !== undefined) return;
    const left = hold === undefined ? longestTrouble : holds.left(hold);
    // How long the server wants to be left in peace it has said itself.
    const length = isRefusal(verdict) || isThrottled(error) ? left : Math.min(longestTrouble, left);
    const credential = isRefusal(verdict) ? await this.#settings.credential() : undefined;
    if (isRefusal(verdict) && credential === undefined) return;
    const ofClient = hold !== undefined && hold === client;
    const failure = { error, times: hold?.times ?? 1, credential, length };
    await entries.putFailure(work, ofClient ? 'client' : 'token', ofClient ? clientKey : key, failure);
  }

  async #adopt(key: string, scope: HoldScope, { error, times, credential, length }: SharedFailure): Promise<void> {
    const { clock, holds } = this.#settings;
    const verdict = verdictOf(error);
    if (verdict === 'not_asked' || length <= 0) return;
    const known = holds.of(key)[scope];
    // Known, from the last look perhaps.
    if (known?.verdict === verdict && holds.left(known) > 0) return;
    if (isRefusal(verdict) && !(await this.#concerns(credential))) return;
    const hold: Hold = { error, verdict, times, length, until: clock.now() + length };
    holds.adopt(key, scope, hold);
  }

  /** Whoever has another secret may well be let in. */
  async #concerns(credential: string | undefined): Promise<boolean> {
    return credential !== undefined && credential === (await this.#settings.credential());
  }
}

/** Whether the server has said no to this credential, and will to whoever shows the same. */
function isRefusal(verdict: Verdict): boolean {
  return verdict === 'refused' || verdict === 'client_refused';
}
