import * as oauth from 'oauth4webapi';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, type OutboundAuthError, TokenRequestError } from '../errors.ts';
import { reasonOf, type Secrets, showUrl, systemCode } from '../redact.ts';
import { type AccessToken, HeldAccessToken } from '../tokens/access-token.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { Credentials, type CredentialSettings } from './credentials.ts';
import { Discovery, type Server } from './discovery.ts';
import { jwtLifetime } from './jwt-lifetime.ts';
import { readTokenResponse, type TokenResponse } from './response.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

// Ten years, in milliseconds: whatever a server tells, the end of a token stays a date.
const longestLifetime = 315_360_000_000;

/** Of a client's settings, those that its token requests need. */
export interface TokenEndpointSettings extends CredentialSettings {
  readonly issuer: string | undefined;
  readonly tokenEndpoint: URL | undefined;
  readonly allowInsecureRequests: boolean;
  readonly requestTimeout: number;
  readonly defaultLifetime: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/** One POST to the token endpoint, within its time limit: `oauth4webapi` says what is sent, and checks what comes. */
export class HttpTokenEndpoint implements TokenEndpoint {
  readonly #settings: TokenEndpointSettings;
  readonly #discovery: Discovery | undefined;

  constructor(settings: TokenEndpointSettings) {
    this.#settings = settings;
    const { issuer, tokenEndpoint } = settings;
    if (issuer !== undefined && tokenEndpoint === undefined) this.#discovery = new Discovery({ ...settings, issuer });
  }

  request(
    grantType: string,
    request: TokenRequest,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<AccessToken> {
    const { clock, requestTimeout } = this.#settings;
    const credentials = new Credentials(this.#settings);
    return withinTimeLimit(
      clock,
      requestTimeout,
      () => this.#timeout(credentials),
      async (signal) => {
        const server = await this.#server();
        return this.#post({ server, grantType, form: formOf(request, parameters), request, credentials, signal });
      },
    );
  }

  async #server(): Promise<Server> {
    const { issuer, tokenEndpoint } = this.#settings;
    if (this.#discovery !== undefined) return this.#discovery.server();
    const address = tokenEndpoint?.href ?? '';
    return { issuer: issuer ?? address, token_endpoint: address };
  }

  async #post({ server, grantType, form, request, credentials, signal }: Post): Promise<AccessToken> {
    const { name, clientId, clock, defaultLifetime } = this.#settings;
    const { secrets } = credentials;
    const endpoint = showUrl(new URL(server.token_endpoint));
    const registration = { client_id: clientId };
    let sentAt = clock.now();
    try {
      const response = await oauth.genericTokenEndpointRequest(
        server,
        registration,
        (_server, _client, body, headers) => credentials.addTo({ body, headers, tokenEndpoint: server.token_endpoint }),
        grantType,
        form,
        {
          signal,
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- our own rule has checked, and lets loopback through
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: (url, init) => {
            // The lifetime counts from here: what a secret's function took is not the token's time.
            sentAt = clock.now();
            return this.#settings.fetch(url, init);
          },
        },
      );
      const context = { client: name, registration, server, endpoint, secrets, sentAt };
      return tokenOf(await readTokenResponse(response, context), request.scope, sentAt, defaultLifetime);
    } catch (error) {
      throw this.#explained(error, endpoint, secrets);
    }
  }

  #explained(error: unknown, endpoint: string, secrets: Secrets): OutboundAuthError {
    if (isOutboundAuthError(error)) return error;
    const { name } = this.#settings;
    const cause = secrets.cleanError(error);
    const reason = systemCode(cause) ?? reasonOf(cause);
    const message = `client '${name}': the token endpoint ${endpoint} cannot be reached (${reason}). Check its address, and that the server runs`;
    return new TokenRequestError(message, { code: 'token_endpoint_unreachable', client: name, cause });
  }

  #timeout(credentials: Credentials): OutboundAuthError {
    const { name, requestTimeout, issuer, tokenEndpoint } = this.#settings;
    const limit = `within ${requestTimeout / 1_000} s (requestTimeout)`;
    if (credentials.pending) return credentials.unavailable(`could not be read ${limit}`);
    const address = tokenEndpoint === undefined ? (issuer ?? '') : showUrl(tokenEndpoint);
    const message = `client '${name}': no token from ${address} ${limit}`;
    return new TokenRequestError(message, { code: 'token_request_timeout', client: name });
  }
}

/** One POST, with all that it needs. */
interface Post {
  readonly server: Server;
  readonly grantType: string;
  readonly form: URLSearchParams;
  readonly request: TokenRequest;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

function formOf(request: TokenRequest, parameters: Readonly<Record<string, string>>): URLSearchParams {
  const form = new URLSearchParams(parameters);
  for (const [name, value] of request.parameters) form.append(name, value);
  if (request.scope !== undefined) form.set('scope', request.scope);
  for (const value of request.audience) form.append('audience', value);
  for (const value of request.resource) form.append('resource', value);
  return form;
}

function tokenOf(
  answer: TokenResponse,
  requestedScope: string | undefined,
  sentAt: number,
  defaultLifetime: number,
): AccessToken {
  // A server that grants what was asked for need not say so (RFC 6749 §5.1).
  const { accessToken: value, expiresIn, scope = requestedScope } = answer;
  const lifetime = expiresIn === undefined ? (jwtLifetime(value, sentAt) ?? defaultLifetime) : expiresIn * 1_000;
  const bounded = Math.max(-longestLifetime, Math.min(longestLifetime, lifetime));
  return new HeldAccessToken({ value, obtainedAt: sentAt, expiresAt: sentAt + bounded, scope });
}
