import { heldGrant } from './held-grant.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { MemoryCache } from '../memory-cache.ts';
import { optionsOf } from '../option-reader.ts';
import { assertSecretSource, readSecret, type SecretSource } from '../secret.ts';
import type { TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import type { Grant } from './grant.ts';
import { outcomeOf, requestByRefreshToken } from './refreshing.ts';
import { type Beginning, type Lost, type OnRotated, SessionSource, tellRotated } from './sessions.ts';

/** What a session by a refresh token may tell. */
export interface RefreshTokenOptions {
  /**
   * Told of each refresh token that the server gives in place of the last, before the access token is used: where it
   * is to outlive the process, keep it, and give it next time.
   */
  readonly onRotated?: OnRotated | undefined;
}

/**
 * Tokens by a refresh token that was got elsewhere. Where the server rotates it, the newest is used from then on, and
 * one that was exchanged, or may have been, is never sent again: without another the session is over, and calls fail with
 * the code `session_unavailable` until the function gives a new one.
 *
 * @param refreshToken Text, or a function that is asked whenever the session begins anew.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @throws {OptionsError} if the refresh token or `onRotated` is not what it must be.
 * @example
 * ```ts
 * import { type ClientOptions, env, refreshToken } from '@outbound-auth/core';
 *
 * export const calendar: ClientOptions = {
 *   issuer: 'https://idp.example.com',
 *   clientId: 'orders-service',
 *   clientSecret: env('CALENDAR_SECRET'),
 *   grant: refreshToken(env('CALENDAR_REFRESH_TOKEN')),
 *   attachTo: ['https://calendar.example.com'],
 * };
 * ```
 */
export function refreshToken(refreshToken: SecretSource, options: RefreshTokenOptions = {}): Grant {
  assertSecretSource(refreshToken, 'refreshToken(refreshToken)');
  const onRotated = optionsOf('refreshToken(refreshToken, { … })', options, (reader) =>
    reader.callable<OnRotated>('onRotated'),
  );
  const type = 'refresh_token';
  const subject = typeof refreshToken === 'string' ? [{ name: type, source: refreshToken }] : [];
  const connect: Grant['connect'] = (endpoint) => {
    const first = new FirstRefreshToken(endpoint, refreshToken, onRotated);
    return new SessionSource(endpoint, {
      begin: (request, lost) => first.exchange(request, lost),
      // One refresh token for whatever scope: exchanged twice, it would look stolen.
      sessionOf: () => '',
      onRotated: (next) => first.rotated(next),
      first: () => first.unspent(),
      onSpent: (spent) => first.spend(spent),
    });
  };
  return heldGrant({ type, subject, sessionOnly: true, connect }, type, refreshToken, options);
}

// More than a source can plausibly come back with.
const remembered = 1_000;

/** The refresh token that a session begins with, as long as it is good for that. */
class FirstRefreshToken {
  readonly #endpoint: TokenEndpoint;
  readonly #source: SecretSource;
  readonly #onRotated: OnRotated | undefined;
  readonly #spent = new MemoryCache<true>(remembered);
  #rotates = false;

  constructor(endpoint: TokenEndpoint, source: SecretSource, onRotated: OnRotated | undefined) {
    this.#endpoint = endpoint;
    this.#source = source;
    this.#onRotated = onRotated;
  }

  spend(refreshToken: string): void {
    this.#spent.set(refreshToken, true);
  }

  rotated(refreshToken: string): void | Promise<void> {
    this.#rotates = true;
    return this.#onRotated?.(refreshToken);
  }

  /** Undefined where it is over already. */
  async unspent(): Promise<string | undefined> {
    const token = await this.#endpoint.within(() => readSecret(this.#source));
    return this.#spent.get(token) === true ? undefined : token;
  }

  async exchange(request: TokenRequest, lost: Lost | undefined): Promise<Beginning> {
    // What the endpoint asked for; undefined as long as nothing of it can have left.
    const asked: { token: string | undefined } = { token: undefined };
    try {
      const granted = await requestByRefreshToken(this.#endpoint, request, async () => {
        asked.token = undefined;
        const token = await this.#unspent(lost);
        asked.token = token;
        return token;
      });
      const { token } = asked;
      const { refreshToken = token } = granted;
      if (refreshToken === token || token === undefined || refreshToken === undefined) {
        return { ...granted, refreshToken, reusable: true };
      }
      this.spend(token);
      await tellRotated(this.#endpoint, (next) => this.rotated(next), refreshToken);
      return granted;
    } catch (error) {
      // Where the server rotates, one that it may have exchanged is not sent again.
      if (asked.token !== undefined && this.#rotates && outcomeOf(error) === 'unknown') this.spend(asked.token);
      throw error;
    }
  }

  async #unspent(lost: Lost | undefined): Promise<string> {
    const token = await readSecret(this.#source);
    if (this.#spent.get(token) === true) throw this.#over(lost?.error);
    // The server has just refused this very one.
    if (token === lost?.refreshToken) throw lost.error;
    return token;
  }

  #over(cause: unknown): OutboundAuthError {
    const { client } = this.#endpoint;
    const message = `client '${client}': the session is over, for its refresh token was exchanged or revoked, and the next one is lost or refused. Sign in again, and give the new refresh token`;
    const server = isOutboundAuthError(cause) ? cause.server : undefined;
    return new OutboundAuthError(message, { code: 'session_unavailable', client, server, cause });
  }
}
