import { type Clock, pass, unrefClock } from '../clock.ts';
import { isOutboundAuthError, type OutboundAuthError, TokenRequestError } from '../errors.ts';
import { withinTimeLimit } from '../time-limit.ts';
import type { AccessToken } from './access-token.ts';
import { untilAborted } from '../until-aborted.ts';
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

  constructor(settings: PatienceSettings) {
    this.#settings = settings;
  }

  /**
   * @param attempt Joins the next flight. What it throws ends the wait, unless the endpoint is in trouble.
   * @throws {OutboundAuthError} as the last attempt, or because the time is over.
   */
  wait(key: string, attempt: () => Promise<AccessToken>, signal: AbortSignal | undefined): Promise<AccessToken> {
    const { clock, waitTimeout } = this.#settings;
    const deadline = clock.now() + waitTimeout;
    let last: OutboundAuthError | undefined;
    const work = async (limit: AbortSignal): Promise<AccessToken> => {
      for (;;) {
        limit.throwIfAborted();
        try {
          return await attempt();
        } catch (error) {
          if (!isOutboundAuthError(error) || verdictOf(error) !== 'failing') throw error;
          last = await this.#pause(key, error, deadline);
        }
      }
    };
    // Whoever gives up isn't waited for: then no timer is left that keeps the process alive.
    return withinTimeLimit(
      clock,
      waitTimeout,
      () => last ?? this.#late(),
      (limit) => untilAborted(work(limit), signal),
    );
  }

  /** Waits for the end of the hold that a failure has led to. @throws if that is too late for this caller. */
  async #pause(key: string, error: OutboundAuthError, deadline: number): Promise<OutboundAuthError> {
    const { clock, holds } = this.#settings;
    const hold = holds.on(key);
    // It was a renewal, say, which had but one attempt.
    if (hold === undefined) return error;
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
