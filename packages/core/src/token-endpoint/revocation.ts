import * as oauth from 'oauth4webapi';
import { isOutboundAuthError, OutboundAuthError, type ServerAnswer } from '../errors.ts';
import { parseJsonObject } from '../json-object.ts';
import { reasonOf, showUrl, systemCode } from '../redact.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { Credentials } from './credentials.ts';
import type { Endpoints } from './endpoints.ts';
import { firstText } from './error-response.ts';
import { forProtocol } from './post.ts';
import { readBody } from './read-body.ts';
import type { TokenEndpointSettings } from './request.ts';

/** Ends tokens at the authorization server. @see https://www.rfc-editor.org/rfc/rfc7009#section-2 */
export class Revocation {
  readonly #settings: TokenEndpointSettings;
  readonly #endpoints: Endpoints;

  constructor(settings: TokenEndpointSettings, endpoints: Endpoints) {
    this.#settings = settings;
    this.#endpoints = endpoints;
  }

  /** @throws {OutboundAuthError} with the code `revocation_failed`. */
  revoke(token: string, hint: 'access_token' | 'refresh_token'): Promise<void> {
    const { clock, requestTimeout } = this.#settings;
    const late = (): Error => this.#failed(`was not answered within ${requestTimeout / 1_000} s (requestTimeout)`);
    return withinTimeLimit(clock, requestTimeout, late, (signal) => this.#post(token, hint, signal));
  }

  async #post(token: string, hint: string, signal: AbortSignal): Promise<void> {
    const credentials = new Credentials(this.#settings);
    await credentials.prepare();
    const server = await this.#endpoints.revocation();
    credentials.secrets.add(token);
    const at = `at ${showUrl(new URL(server.revocation_endpoint))}`;
    try {
      const response = await oauth.revocationRequest(
        forProtocol(server),
        { client_id: this.#settings.clientId },
        (_server, _client, body, headers) =>
          credentials.authenticate({ body, headers, tokenEndpoint: server.token_endpoint, issuer: server.issuer }),
        token,
        {
          additionalParameters: { token_type_hint: hint },
          signal,
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- our own rule has checked, and lets loopback through
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: (url, init) => this.#settings.fetch(url, init),
        },
      );
      const body = await readBody(response);
      if (response.ok) return;
      const members = parseJsonObject(body ?? '');
      const said = firstText(members, ['error_description', 'error']) ?? '';
      const error = firstText(members, ['error']);
      const answer: ServerAnswer = {
        status: response.status,
        ...(error === undefined ? {} : { error: credentials.secrets.redact(error, 100) }),
      };
      const words = said === '' ? '' : ` (${credentials.secrets.redact(said, 500)})`;
      throw this.#failed(`${at} was answered ${response.status}${words}`, { server: answer });
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = credentials.secrets.cleanError(error);
      throw this.#failed(`${at} came to nothing (${systemCode(cause) ?? reasonOf(cause)})`, { cause });
    }
  }

  #failed(what: string, details: { server?: ServerAnswer; cause?: unknown } = {}): OutboundAuthError {
    const { name } = this.#settings;
    const message = `client '${name}': the revocation of its token ${what}. The token is not used here any more`;
    return new OutboundAuthError(message, { code: 'revocation_failed', client: name, ...details });
  }
}
