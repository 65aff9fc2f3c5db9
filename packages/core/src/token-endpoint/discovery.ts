import * as oauth from 'oauth4webapi';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, TokenRequestError } from '../errors.ts';
import { parseUrl } from '../parse-url.ts';
import { isSecure } from '../secure-address.ts';
import { reasonOf, Secrets, systemCode } from '../redact.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { parseJsonObject, readBody } from './read-body.ts';

/** Where and how to ask for metadata. */
export interface DiscoverySettings {
  readonly name: string;
  readonly issuer: string;
  readonly allowInsecureRequests: boolean;
  readonly requestTimeout: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/** An authorization server, as far as a token request needs to know it. */
export type Server = oauth.AuthorizationServer & { readonly token_endpoint: string };

/**
 * Finds an issuer's endpoints, when first needed: once for all who need them meanwhile. What was found is kept; a
 * failure is tried again next time.
 */
export class Discovery {
  readonly #settings: DiscoverySettings;
  #server: Promise<Server> | undefined;

  constructor(settings: DiscoverySettings) {
    this.#settings = settings;
  }

  /** @throws {TokenRequestError} with the code `discovery_failed`. */
  server(): Promise<Server> {
    this.#server ??= this.#find().catch((error: unknown) => {
      this.#server = undefined;
      throw error;
    });
    return this.#server;
  }

  async #find(): Promise<Server> {
    const { clock, requestTimeout } = this.#settings;
    try {
      // A time limit of its own: that of one caller's token request says nothing about the others'.
      const timeout = (): Error => this.#failed(`did not answer within ${requestTimeout / 1_000} s (requestTimeout)`);
      return this.#read(await withinTimeLimit(clock, requestTimeout, timeout, (signal) => this.#metadata(signal)));
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = new Secrets().cleanError(error);
      throw this.#failed(`cannot be reached (${systemCode(cause) ?? reasonOf(cause)})`, cause);
    }
  }

  async #metadata(signal: AbortSignal): Promise<string | undefined> {
    const openid = await this.#ask('oidc', signal);
    if (openid.ok) return readBody(openid);
    // What nobody reads is given up, or its connection stays taken.
    await openid.body?.cancel();
    const response = await this.#ask('oauth2', signal);
    if (response.ok) return readBody(response);
    await response.body?.cancel();
    throw this.#failed(`answered ${openid.status} and ${response.status} at its two well-known addresses`);
  }

  #ask(algorithm: 'oidc' | 'oauth2', signal: AbortSignal): Promise<Response> {
    return oauth.discoveryRequest(new URL(this.#settings.issuer), {
      algorithm,
      [oauth.customFetch]: (url, { method, headers, redirect }) =>
        this.#settings.fetch(url, { method, headers, redirect, signal }),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- our own rule has checked, and lets loopback through
      [oauth.allowInsecureRequests]: true,
    });
  }

  // Checked here and not by `oauth4webapi`: its messages don't name the issuer that the metadata gives.
  #read(body: string | undefined): Server {
    const members = body === undefined ? undefined : parseJsonObject(body);
    if (members === undefined) throw this.#failed('answered with something else than a JSON object');
    const issuer = this.#checkedIssuer(members.get('issuer'));
    const endpoint = members.get('token_endpoint');
    const url = typeof endpoint === 'string' ? parseUrl(endpoint) : undefined;
    if (url === undefined) throw this.#failed('names no absolute token_endpoint');
    if (!isSecure(url, this.#settings.allowInsecureRequests)) {
      throw this.#failed('names a token_endpoint that does not begin with https://');
    }
    return { issuer, token_endpoint: url.href };
  }

  /** @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3 */
  #checkedIssuer(issuer: unknown): string {
    const expected = new URL(this.#settings.issuer).href;
    if (typeof issuer === 'string' && parseUrl(issuer)?.href === expected) return issuer;
    const said = typeof issuer === 'string' ? `calls itself '${issuer.slice(0, 200)}'` : 'names no issuer';
    throw this.#failed(`${said} in its metadata`);
  }

  #failed(what: string, cause?: Error): TokenRequestError {
    const { name, issuer } = this.#settings;
    const message = `client '${name}': the issuer '${issuer}' ${what}. Check issuer (to the letter, a slash at the end counts), or give tokenEndpoint instead`;
    return new TokenRequestError(message, { code: 'discovery_failed', client: name, cause });
  }
}
