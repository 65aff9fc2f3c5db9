import * as oauth from 'oauth4webapi';
import type { ServerAnswer } from '../error-details.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { parseJsonObject } from '../json-object.ts';
import { reasonOf, showUrl, systemCode } from '../redact.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { Credentials, type DraftParts } from './credentials.ts';
import { isClientRefused } from './cures.ts';
import type { Endpoints } from './endpoints.ts';
import { addHeaders, forProtocol } from './post.ts';
import { readBody } from './read-body.ts';
import type { TokenEndpointSettings } from './request.ts';
import { answered, serverAnswer } from './server-answer.ts';

/** A token to revoke, and which kind it is. */
export type RevocableToken = readonly [token: string, hint: 'access_token' | 'refresh_token'];

/** One token on its way out. */
interface Revoking {
  readonly token: string;
  readonly hint: string;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

/** Ends tokens at the authorization server. @see https://www.rfc-editor.org/rfc/rfc7009#section-2 */
export class Revocation {
  readonly #settings: TokenEndpointSettings;
  readonly #endpoints: Endpoints;

  constructor(settings: TokenEndpointSettings, endpoints: Endpoints) {
    this.#settings = settings;
    this.#endpoints = endpoints;
  }

  /**
   * Revokes one after the other, whatever became of the one before.
   *
   * @param failures What failed before, and is thrown with what fails here.
   * @throws {OutboundAuthError} with the code `revocation_failed`, `discovery_failed` or `credential_unavailable`.
   */
  async revokeAll(tokens: readonly RevocableToken[], ...failures: OutboundAuthError[]): Promise<void> {
    for (const [token, hint] of tokens) {
      try {
        await this.#revokeOne(token, hint);
      } catch (error) {
        if (!isOutboundAuthError(error)) throw error;
        failures.push(error);
      }
    }
    const [first, second] = failures;
    if (first === undefined) return;
    if (second === undefined) throw first;
    throw new OutboundAuthError(failures.map(({ message }) => message).join('; '), first);
  }

  #revokeOne(...[token, hint]: RevocableToken): Promise<void> {
    const { clock, requestTimeout } = this.#settings;
    const credentials = new Credentials(this.#settings);
    const late = (): Error => {
      const limit = `within ${requestTimeout / 1_000} s (requestTimeout)`;
      if (credentials.pending) return credentials.unavailable(`could not be read ${limit}`);
      return this.#failed(hint, `was not answered ${limit}`);
    };
    const revoking = { token, hint, credentials };
    return withinTimeLimit(clock, requestTimeout, late, (signal) => this.#revoke({ ...revoking, signal }));
  }

  async #revoke(revoking: Revoking): Promise<void> {
    const { hint, credentials } = revoking;
    await credentials.prepare();
    const server = await this.#endpoints.revocation();
    const at = `at ${showUrl(new URL(server.revocation_endpoint))}`;
    try {
      let answer = await this.#post(revoking, server);
      if (isClientRefused(answer) && (await credentials.changed())) {
        await credentials.prepare();
        answer = await this.#post(revoking, server);
      }
      if (answer !== undefined) throw this.#failed(hint, `${at} was ${answered(answer)}`, { server: answer });
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = credentials.secrets.cleanError(error);
      throw this.#failed(hint, `${at} came to nothing (${systemCode(cause) ?? reasonOf(cause)})`, { cause });
    }
  }

  /** Undefined once the token is revoked, or unknown to the server, which is as good. */
  async #post(
    { token, hint, credentials, signal }: Revoking,
    server: Awaited<ReturnType<Endpoints['revocation']>>,
  ): Promise<ServerAnswer | undefined> {
    const response = await oauth.revocationRequest(
      forProtocol(server),
      { client_id: this.#settings.clientId },
      async (_server, _client, body, headers) => {
        const parts: DraftParts = { body, headers, tokenEndpoint: server.token_endpoint, issuer: server.issuer };
        await credentials.fill(parts, addHeaders(this.#settings.tokenRequestHeaders));
        await credentials.authenticate(parts);
      },
      token,
      {
        additionalParameters: { token_type_hint: hint },
        signal,
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- our own rule has checked, and lets loopback through
        [oauth.allowInsecureRequests]: true,
        [oauth.customFetch]: (url, init) => {
          signal.throwIfAborted();
          return this.#settings.fetch(url, init);
        },
      },
    );
    const body = (await readBody(response)) ?? '';
    return response.ok ? undefined : serverAnswer(response, body, parseJsonObject(body), credentials.secrets);
  }

  #failed(hint: string, what: string, details: { server?: ServerAnswer; cause?: unknown } = {}): OutboundAuthError {
    const { name } = this.#settings;
    const token = hint.replace('_', ' ');
    const message = `client '${name}': the revocation of its ${token} ${what}. The token is not used here any more`;
    return new OutboundAuthError(message, { code: 'revocation_failed', client: name, ...details });
  }
}
