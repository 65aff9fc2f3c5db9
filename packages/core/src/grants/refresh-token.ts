import { OutboundAuthError } from '../errors.ts';
import { assertSecretSource, readSecret, type SecretSource } from '../secret.ts';
import type { GrantedToken, TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import type { Grant } from './grant.ts';
import { type OnRotated, requestByRefreshToken, SessionSource, tellRotated } from './sessions.ts';

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
 * one that was exchanged is never sent again.
 *
 * @param refreshToken Text, or a function that is asked whenever the session begins anew.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @throws {OptionsError} if the refresh token is neither text nor function.
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
  return {
    type: 'refresh_token',
    subject: typeof refreshToken === 'string' ? [{ name: 'refresh_token', source: refreshToken }] : [],
    connect: (endpoint) => {
      const first = new FirstRefreshToken(endpoint, refreshToken, options.onRotated);
      return new SessionSource(endpoint, {
        begin: (request) => first.exchange(request),
        // One refresh token for whatever scope: exchanged twice, it would look stolen.
        sessionOf: () => '',
        onRotated: options.onRotated,
      });
    },
  };
}

/** The refresh token that the session begins with, until the server has given another for it. */
class FirstRefreshToken {
  readonly #endpoint: TokenEndpoint;
  readonly #source: SecretSource;
  readonly #onRotated: OnRotated | undefined;
  #spent: string | undefined;

  constructor(endpoint: TokenEndpoint, source: SecretSource, onRotated: OnRotated | undefined) {
    this.#endpoint = endpoint;
    this.#source = source;
    this.#onRotated = onRotated;
  }

  async exchange(request: TokenRequest): Promise<GrantedToken> {
    let sent = '';
    const granted = await requestByRefreshToken(this.#endpoint, request, async () => {
      sent = await readSecret(this.#source);
      if (sent === this.#spent) throw this.#over();
      return sent;
    });
    const { refreshToken = sent } = granted;
    if (refreshToken !== sent) {
      this.#spent = sent;
      await tellRotated(this.#onRotated, refreshToken);
    }
    return { ...granted, refreshToken };
  }

  #over(): OutboundAuthError {
    const { client } = this.#endpoint;
    const message = `client '${client}': the session is over, for its refresh token was exchanged and the next one is lost or refused. Sign in again, and give the new refresh token`;
    return new OutboundAuthError(message, { code: 'session_unavailable', client });
  }
}
