import { type Clock, pass } from '../clock.ts';
import { isOutboundAuthError } from '../errors.ts';
import type { EventListener } from '../events.ts';
import type { Random } from '../random.ts';
import type { AccessToken } from './access-token.ts';
import { type Hold, type HoldBack, type Holds, isThrottled } from './hold-back.ts';
import type { TokenRequest, TokenSource } from './token-source.ts';
import { verdictOf } from './verdict.ts';

export interface RetrySettings {
  readonly client: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: EventListener;
  /** How often it is tried while callers wait. */
  readonly attempts: number;
  /** How long one request may take, in milliseconds: the first of a flight has it whole. */
  readonly requestTimeout: number;
  readonly holds: HoldBack;
}

/** What a request was let through with, and how it tells that it is over. */
interface Admission {
  readonly before: Holds;
  /** Whether that was for the end of a hold. */
  readonly hasWaited: boolean;
  readonly done: () => void;
}

const firstDelay = 250;

/** Asks again while callers wait and it may help, and not while a hold is on. */
export class RetryingTokenSource implements TokenSource {
  readonly #source: TokenSource;
  readonly #settings: RetrySettings;
  // Under way where a hold is over: the others wait for what it finds.
  #first: Promise<void> | undefined;

  constructor(source: TokenSource, settings: RetrySettings) {
    this.#source = source;
    this.#settings = settings;
  }

  /** @throws {OutboundAuthError} as the last attempt failed; what is held back fails as what it is held back for. */
  async getToken(request: TokenRequest): Promise<AccessToken> {
    const { clock, holds } = this.#settings;
    let startedAt: number | undefined;
    let waited = false;
    for (let attempt = 1; ; attempt += 1) {
      const { before, done, hasWaited } = await this.#admitted(request);
      startedAt ??= before.at;
      waited ||= hasWaited;
      const deadline = this.#endOf(request, startedAt);
      const state = { sent: false };
      const sending = (): void => {
        // It may have waited in between, for others of its session or for a place.
        const hold = holds.on(request.key);
        if (hold !== undefined) throw holds.turnedAway(hold);
        state.sent = true;
        request.sending?.();
      };
      let delay: number;
      try {
        const token = await this.#source.getToken({ ...request, deadline, waited, sending });
        holds.succeeded(request.key, before);
        return token;
      } catch (error) {
        // That tells nothing of the server.
        if (!state.sent) throw error;
        delay = this.#delayAfter(error, attempt, request, { ...before, at: startedAt });
      } finally {
        done();
      }
      await pass(clock, delay);
    }
  }

  /** What comes after the callers have gone is kept for the next. */
  #endOf({ deadline }: TokenRequest, startedAt: number): number | undefined {
    return deadline === undefined ? undefined : Math.max(deadline, startedAt + this.#settings.requestTimeout);
  }

  /** Lets a request through when no hold is on; of those that waited for the end of a client's hold, one goes first. */
  async #admitted(request: TokenRequest): Promise<Admission> {
    const { clock, holds } = this.#settings;
    for (let hasWaited = false; ; hasWaited = true) {
      const hold = holds.on(request.key);
      if (hold !== undefined) {
        await this.#waitFor(hold, request);
        continue;
      }
      const before = holds.of(request.key);
      if (before.client === undefined) return { before, hasWaited, done: () => undefined };
      if (this.#first === undefined) return { before, hasWaited, done: this.#goFirst() };
      await this.#first;
      // Nobody waits for it any more.
      if (clock.now() >= (request.deadline ?? Infinity)) throw holds.errorOf(before.client);
    }
  }

  #goFirst(): () => void {
    let done = (): void => undefined;
    this.#first = new Promise((resolve) => {
      done = () => {
        this.#first = undefined;
        resolve();
      };
    });
    return done;
  }

  async #waitFor(hold: Hold, { reason, deadline = 0 }: TokenRequest): Promise<void> {
    const { clock, holds } = this.#settings;
    const left = holds.left(hold);
    if (hold.verdict !== 'failing' || reason === 'renewal' || clock.now() + left >= deadline) {
      throw holds.turnedAway(hold);
    }
    await pass(clock, left);
  }

  /** How long to wait before the next attempt, in milliseconds. @throws what the attempt threw if there is none. */
  #delayAfter(error: unknown, attempt: number, request: TokenRequest, before: Holds): number {
    const { client, clock, random, emit, attempts, holds } = this.#settings;
    const verdict = verdictOf(error);
    if (!isOutboundAuthError(error) || verdict === 'not_asked') throw error;
    const renewal = request.reason === 'renewal';
    const throttled = isThrottled(error);
    if (throttled) holds.failed(request.key, before, verdict, error);
    const hold = holds.on(request.key);
    // Full jitter: of many who failed together, no two come back together.
    const jitter = random() * firstDelay * 2 ** (attempt - 1);
    const delayMs = Math.max(jitter, hold?.verdict === 'failing' ? holds.left(hold) : 0);
    const inTime = clock.now() + delayMs < (request.deadline ?? 0);
    const again = verdict === 'failing' && !renewal && attempt < attempts && inTime;
    // With a token in hand nobody is hurt: its renewal has a pace of its own.
    const hurts = !renewal || verdict !== 'failing';
    if (!again && hurts && !throttled) holds.failed(request.key, before, verdict, error);
    if (!again) throw error;
    emit({ type: 'token.retrying', client, attempt, delayMs, error });
    return delayMs;
  }
}
