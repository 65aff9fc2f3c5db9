import { heldGrant } from './held-grant.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { optionsOf } from '../option-reader.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { assertSecretSource, readSecret, type SecretSource } from '../secret.ts';
import type { TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import type { Grant } from './grant.ts';
import { outcomeOf, requestByRefreshToken } from './refreshing.ts';
import type { HeldSession } from './session-keeper.ts';
import {
  type Beginning,
  type Lost,
  type OnRotated,
  type SessionSettings,
  SessionSource,
  tellRotated,
} from './sessions.ts';

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
 * @param refreshToken Text, or a function that is asked whenever the session begins anew. It must always speak for the same
 * identity: with a store, clients of one name, server and `clientId` share one session.
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
  const connect: Grant['connect'] = (endpoint, sessions) => {
    const first = new FirstRefreshToken(endpoint, refreshToken, onRotated);
    const settings: SessionSettings = {
      begin: (request, held, lost) => first.exchange(request, held, lost),
      // One refresh token for whatever scope: exchanged twice, it would look stolen.
      sessionOf: ({ subject: { [type]: text = '' } }) => text,
      onRotated: (next) => first.rotated(next),
      first: (held) => first.unspent(held),
    };
    return new SessionSource(endpoint, settings, sessions);
  };
  return heldGrant({ type, subject, sessionOnly: true, connect }, type, refreshToken, options);
}

/** The refresh token that a session begins with, as long as it is good for that. */
class FirstRefreshToken {
  readonly #endpoint: TokenEndpoint;
  readonly #source: SecretSource;
  readonly #onRotated: OnRotated | undefined;
  #rotates = false;
  // The last one that was read. What can't be read may be told by words that quote it.
  #last: string | undefined;

  constructor(endpoint: TokenEndpoint, source: SecretSource, onRotated: OnRotated | undefined) {
    this.#endpoint = endpoint;
    this.#source = source;
    this.#onRotated = onRotated;
  }

  rotated(refreshToken: string): void | Promise<void> {
    this.#rotates = true;
    return this.#onRotated?.(refreshToken);
  }

  /** Undefined where it is over already. */
  async unspent(held: HeldSession): Promise<string | undefined> {
    const token = await this.#endpoint.within(() => this.#read()).catch((error: unknown) => this.#unreadable(error));
    return held.isSpent(token) ? undefined : token;
  }

  async exchange(request: TokenRequest, held: HeldSession, lost: Lost | undefined): Promise<Beginning> {
    // What the endpoint asked for; undefined as long as nothing of it can have left.
    const asked: { token: string | undefined } = { token: undefined };
    try {
      const granted = await requestByRefreshToken(this.#endpoint, request, async () => {
        asked.token = undefined;
        const token = await this.#usable(held, lost);
        asked.token = token;
        return token;
      });
      const { token } = asked;
      const { refreshToken = token } = granted;
      if (refreshToken === token || token === undefined || refreshToken === undefined) {
        return { ...granted, refreshToken, reusable: true };
      }
      // Kept first, then told: whoever is told may be slow.
      await held.keep({ refreshToken, reusable: false });
      await tellRotated(this.#endpoint, (next) => this.rotated(next), refreshToken);
      return granted;
    } catch (error) {
      if (asked.token !== undefined) await this.#settle(held, asked.token, error);
      throw error;
    }
  }

  /** Where the server rotates, or others can't tell whether it does, one that it may have exchanged is not sent again. */
  async #settle(held: HeldSession, token: string, error: unknown): Promise<void> {
    const outcome = outcomeOf(error);
    if (outcome === 'unknown' && (this.#rotates || held.kept === 'shared')) await held.end(token);
    else if (outcome === 'refused') await held.end();
    else await held.restore();
  }

  async #usable(held: HeldSession, lost: Lost | undefined): Promise<string> {
    if (held.outOfReach !== undefined) throw this.#unavailable(held.outOfReach, 1);
    const token = await this.#read();
    if (held.isSpent(token)) throw this.#over(lost?.error);
    // The server has just refused this very one.
    if (token === lost?.refreshToken) throw lost.error;
    if (await held.use(token)) return token;
    throw this.#unavailable('another process is using its refresh token, or has ended while it did', 5);
  }

  async #read(): Promise<string> {
    this.#last = await readSecret(this.#source);
    return this.#last;
  }

  #unreadable(error: unknown): never {
    const { client } = this.#endpoint;
    const secrets = new Secrets();
    if (this.#last !== undefined) secrets.add(this.#last);
    const cause = secrets.cleanError(error);
    const message = `client '${client}': its refresh token could not be read, and is not revoked: ${reasonOf(cause)}`;
    throw new OutboundAuthError(message, { code: 'credential_unavailable', client, cause });
  }

  #unavailable(why: string, retryAfter: number): OutboundAuthError {
    const { client } = this.#endpoint;
    const message = `client '${client}': no token just now, for ${why}. Its refresh token is not sent, or the server might take it for stolen`;
    return new OutboundAuthError(message, { code: 'session_unavailable', client, retryAfter });
  }

  #over(cause: unknown): OutboundAuthError {
    const { client } = this.#endpoint;
    const message = `client '${client}': the session is over, for its refresh token was exchanged or revoked, and the next one is lost or refused. Sign in again, and give the new refresh token`;
    const server = isOutboundAuthError(cause) ? cause.server : undefined;
    return new OutboundAuthError(message, { code: 'session_unavailable', client, server, cause });
  }
}
