import { type Clock, pass, unrefClock } from '../clock.ts';
import { isOutboundAuthError, type OutboundAuthError, TokenRequestError } from '../errors.ts';
import type { AccessToken } from './access-token.ts';
import { untilAborted } from '../until-aborted.ts';
import { Deadlines } from './deadlines.ts';
import type { HoldBack } from './hold-back.ts';
import { verdictOf } from './verdict.ts';

export interface PatienceSettings {
  readonly client: string;
  readonly clock: Clock;
  /** How long a caller waits for a token, in milliseconds. */
  readonly waitTimeout: number;
  readonly holds: HoldBack;
}

/** Waits for a caller: through an endpoint's trouble for as long as it may be over in time, and no longer. */
export class Patience {
  readonly #settings: PatienceSettings;
  readonly #deadlines: Deadlines;
  #last: { readonly key: string; readonly at: number; readonly result: Promise<AccessToken> } | undefined;

  constructor(settings: PatienceSettings) {
    this.#settings = settings;
    this.#deadlines = new Deadlines(settings.clock, settings.waitTimeout);
  }

  /**
   * @param attempt Joins the next flight. What it throws ends the wait, unless the endpoint is in trouble.
   * @throws {OutboundAuthError} as the last attempt, or because the time is over.
   */
  async wait(key: string, attempt: () => Promise<AccessToken>, signal: AbortSignal | undefined): Promise<AccessToken> {
    if (signal !== undefined) return this.#wait(key, attempt, signal);
    const at = this.#settings.clock.now();
    const last = this.#last;
    if (last?.key !== key || last.at !== at) return this.#begin(key, at, attempt);
    try {
      return await last.result;
    } catch (error) {
      throw isOutboundAuthError(error) ? error.copy() : error;
    }
  }

  /** Begins to wait, for all who ask for the same in this millisecond and won't give up before: once for all of them. */
  #begin(key: string, at: number, attempt: () => Promise<AccessToken>): Promise<AccessToken> {
    const wait = { key, at, result: this.#wait(key, attempt, undefined) };
    const end = (): void => {
      if (this.#last === wait) this.#last = undefined;
    };
    this.#last = wait;
    wait.result.then(end, end);
    return wait.result;
  }

  async #wait(key: string, attempt: () => Promise<AccessToken>, signal: AbortSignal | undefined): Promise<AccessToken> {
    const limit = this.#deadlines.begin();
    let last: OutboundAuthError | undefined;
    let wasHeld = true;
    const patiently = <Result>(work: Promise<Result>): Promise<Result> =>
      limit.within(untilAborted(work, signal), () => last ?? this.#late());
    try {
      for (;;) {
        try {
          return await patiently(attempt());
        } catch (error) {
          if (limit.isOver || !isOutboundAuthError(error) || verdictOf(error) !== 'failing') throw error;
          const held = await patiently(this.#pause(key, limit.at));
          // It was a renewal, say, which had but one attempt. A grant that never tells of sending is never held back.
          if (held === undefined && !wasHeld) throw error;
          wasHeld = held !== undefined;
          last = held ?? error;
        }
      }
    } finally {
      // Whoever gives up isn't waited for: then no timer is left that keeps the process alive.
      limit.leave();
    }
  }

  /** Waits for the end of the hold that a failure has led to, if it has. @throws if that is too late for this caller. */
  async #pause(key: string, deadline: number): Promise<OutboundAuthError | undefined> {
    const { clock, holds } = this.#settings;
    const hold = holds.on(key);
    if (hold === undefined) return undefined;
    const held = holds.errorOf(hold);
    const left = holds.left(hold);
    if (hold.verdict !== 'failing' || clock.now() + left >= deadline) throw held;
    await pass(unrefClock(clock), left);
    return held;
  }

  #late(): OutboundAuthError {
    const { client, waitTimeout } = this.#settings;
    const message = `client '${client}': no token within ${waitTimeout / 1_000} s (waitTimeout). Check the authorization server, or raise waitTimeout`;
    return new TokenRequestError(message, { code: 'token_request_timeout', client });
  }
}
