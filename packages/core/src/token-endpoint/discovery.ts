import * as oauth from 'oauth4webapi';
import { TokenRequestError } from '../errors.ts';
import { isSecure } from '../secure-address.ts';
import { Secrets, systemCode } from '../redact.ts';
import { parseJsonObject, readBody } from './read-body.ts';

/** Where and how to ask for metadata. */
export interface DiscoverySettings {
  readonly name: string;
  readonly issuer: string;
  readonly allowInsecureRequests: boolean;
  readonly fetch: typeof globalThis.fetch;
}

type Server = oauth.AuthorizationServer & { readonly token_endpoint: string };

/** Finds an issuer's endpoints, when first needed. What was found is kept; a failure is tried again next time. */
export class Discovery {
  readonly #settings: DiscoverySettings;
  #found: Server | undefined;

  constructor(settings: DiscoverySettings) {
    this.#settings = settings;
  }

  /** @throws {TokenRequestError} with the code `discovery_failed`. */
  async server(signal: AbortSignal): Promise<Server> {
    this.#found ??= await this.#discover(signal);
    return this.#found;
  }

  async #discover(signal: AbortSignal): Promise<Server> {
    const openid = await this.#ask('oidc', signal);
    const response = openid.ok ? openid : await this.#ask('oauth2', signal);
    if (!response.ok) {
      throw this.#failed(`answered ${openid.status} and ${response.status} at its two well-known addresses`);
    }
    const body = await readBody(response);
    const members = body === undefined ? undefined : parseJsonObject(body);
    if (members === undefined) throw this.#failed('answered with something else than a JSON object');
    this.#checkIssuer(members.get('issuer'));
    const endpoint = members.get('token_endpoint');
    if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) throw this.#failed('names no absolute token_endpoint');
    if (!isSecure(new URL(endpoint), this.#settings.allowInsecureRequests)) {
      throw this.#failed('names a token_endpoint that does not begin with https://');
    }
    const server = await oauth.processDiscoveryResponse(
      new URL(this.#settings.issuer),
      Response.json(Object.fromEntries(members)),
    );
    return { ...server, token_endpoint: endpoint };
  }

  async #ask(algorithm: 'oidc' | 'oauth2', signal: AbortSignal): Promise<Response> {
    try {
      return await oauth.discoveryRequest(new URL(this.#settings.issuer), {
        algorithm,
        [oauth.customFetch]: (url, { method, headers, redirect }) =>
          this.#settings.fetch(url, { method, headers, redirect, signal }),
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- our own rule has checked, and lets loopback through
        [oauth.allowInsecureRequests]: true,
      });
    } catch (error) {
      signal.throwIfAborted();
      const cause = new Secrets().cleanError(error);
      throw this.#failed(`cannot be reached (${systemCode(cause) ?? cause?.message ?? 'no reason given'})`, cause);
    }
  }

  #checkIssuer(issuer: unknown): void {
    const expected = this.#settings.issuer;
    if (typeof issuer === 'string' && URL.canParse(issuer) && new URL(issuer).href === new URL(expected).href) return;
    throw this.#failed(
      `calls itself '${typeof issuer === 'string' ? issuer.slice(0, 200) : typeof issuer}' in its metadata`,
    );
  }

  #failed(what: string, cause?: Error): TokenRequestError {
    const { name, issuer } = this.#settings;
    const message = `client '${name}': the issuer '${issuer}' ${what}. Check issuer (to the letter, a slash at the end counts), or give tokenEndpoint instead`;
    return new TokenRequestError(message, { code: 'discovery_failed', client: name, cause });
  }
}
