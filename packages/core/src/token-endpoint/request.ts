import * as oauth from 'oauth4webapi';
import type {
  ClientAuthentication,
  ClientAuthenticationRequest,
} from '../client-authentication/client-authentication.ts';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError, TokenRequestError } from '../errors.ts';
import { readSecret } from '../secret.ts';
import { Secrets, showUrl, systemCode } from '../redact.ts';
import { type AccessToken, HeldAccessToken } from '../tokens/access-token.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { Discovery } from './discovery.ts';
import { jwtLifetime } from './jwt-lifetime.ts';
import { readTokenResponse, type TokenResponse } from './response.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** Of a client's settings, those that its token requests need. */
export interface TokenEndpointSettings {
  readonly name: string;
  readonly issuer: string | undefined;
  readonly tokenEndpoint: URL | undefined;
  readonly allowInsecureRequests: boolean;
  readonly clientId: string;
  readonly authenticate: ClientAuthentication;
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
    return withinTimeLimit(
      clock,
      requestTimeout,
      () => this.#timeout(),
      async (signal) => {
        const server = await this.#server(signal);
        return this.#post(server, grantType, request, parameters, signal);
      },
    );
  }

  async #server(signal: AbortSignal): Promise<oauth.AuthorizationServer & { token_endpoint: string }> {
    const { issuer, tokenEndpoint } = this.#settings;
    if (this.#discovery !== undefined) return this.#discovery.server(signal);
    const address = tokenEndpoint?.href ?? '';
    return { issuer: issuer ?? address, token_endpoint: address };
  }

  async #post(
    server: oauth.AuthorizationServer & { token_endpoint: string },
    grantType: string,
    request: TokenRequest,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AccessToken> {
    const { name, clientId, clock, defaultLifetime } = this.#settings;
    const secrets = new Secrets();
    const endpoint = showUrl(new URL(server.token_endpoint));
    const registration = { client_id: clientId };
    let sentAt = clock.now();
    try {
      const response = await oauth.genericTokenEndpointRequest(
        server,
        registration,
        (_server, _client, body, headers) =>
          this.#authenticate({ body, headers, tokenEndpoint: server.token_endpoint }, secrets),
        grantType,
        formOf(request, parameters),
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
      signal.throwIfAborted();
      throw this.#explained(error, endpoint, secrets);
    }
  }

  async #authenticate(
    request: Pick<ClientAuthenticationRequest, 'body' | 'headers' | 'tokenEndpoint'>,
    secrets: Secrets,
  ): Promise<void> {
    const { name, clientId, authenticate } = this.#settings;
    try {
      await authenticate({
        ...request,
        clientId,
        secret: async (source) => {
          const secret = await readSecret(source);
          secrets.add(secret);
          return secret;
        },
      });
    } catch (error) {
      const cause = secrets.cleanError(error);
      const message = `client '${name}': its credentials could not be read: ${cause?.message ?? 'no reason given'}`;
      throw new OutboundAuthError(message, { code: 'credential_unavailable', client: name, cause });
    }
    const authorization = request.headers.get('authorization');
    if (authorization !== null) secrets.add(authorization.slice(authorization.indexOf(' ') + 1));
  }

  #explained(error: unknown, endpoint: string, secrets: Secrets): OutboundAuthError {
    if (isOutboundAuthError(error)) return error;
    const { name } = this.#settings;
    const cause = secrets.cleanError(error);
    const reason = systemCode(cause) ?? cause?.message ?? 'no reason given';
    const message = `client '${name}': the token endpoint ${endpoint} cannot be reached (${reason}). Check its address, and that the server runs`;
    return new TokenRequestError(message, { code: 'token_endpoint_unreachable', client: name, cause });
  }

  #timeout(): TokenRequestError {
    const { name, requestTimeout, issuer, tokenEndpoint } = this.#settings;
    const address = tokenEndpoint === undefined ? (issuer ?? '') : showUrl(tokenEndpoint);
    const message = `client '${name}': no token from ${address} within ${requestTimeout / 1_000} s (requestTimeout)`;
    return new TokenRequestError(message, { code: 'token_request_timeout', client: name });
  }
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
  return new HeldAccessToken({ value, obtainedAt: sentAt, expiresAt: sentAt + lifetime, scope });
}
