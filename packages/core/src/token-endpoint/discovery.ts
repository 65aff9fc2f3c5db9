import * as oauth from 'oauth4webapi';
import type { Clock } from '../clock.ts';
import type { ErrorDetails } from '../error-details.ts';
import { isOutboundAuthError, TokenRequestError, TokenResponseError } from '../errors.ts';
import { parseJsonObject } from '../json-object.ts';
import { parseUrl } from '../parse-url.ts';
import { isSecure } from '../secure-address.ts';
import { Secrets } from '../redact.ts';
import { retryAfterOf } from '../retry-after.ts';
import { unreachable } from '../transport/unreachable.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { readBody } from './read-body.ts';
import { oneLine } from './server-answer.ts';

/** Where and how to ask for metadata. */
export interface DiscoverySettings {
  readonly name: string;
  readonly issuer: string;
  readonly allowInsecureRequests: boolean;
  readonly requestTimeout: number;
  /** Whether the connection shows a certificate: then the endpoints made for that are taken (RFC 8705 §5). */
  readonly mutualTls: boolean;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/** An authorization server, as far as its clients need to know it. */
export interface Server {
  /** Undefined where only the token endpoint is known. */
  readonly issuer: string | undefined;
  readonly token_endpoint: string;
  readonly revocation_endpoint?: string | undefined;
}

const notThere = 'Check the issuer’s address, and that the server runs';

type Metadata = ReadonlyMap<string, unknown>;

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

  /** Asks anew, once for all who were given the same stale answer. */
  async again(stale: Server): Promise<Server> {
    const asked = this.#server;
    // Whoever waited for the same answer may have asked anew meanwhile.
    if ((await asked) === stale && this.#server === asked) this.#server = undefined;
    return this.server();
  }

  async #find(): Promise<Server> {
    const { clock, requestTimeout } = this.#settings;
    try {
      // A time limit of its own: that of one caller's token request says nothing about the others'.
      const timeout = (): Error =>
        this.#failed(`did not answer within ${requestTimeout / 1_000} s (requestTimeout)`, notThere);
      return this.#read(await withinTimeLimit(clock, requestTimeout, timeout, (signal) => this.#metadata(signal)));
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = new Secrets().cleanError(error);
      const { reason, remedy = notThere } = unreachable(cause);
      throw this.#failed(`cannot be reached (${reason})`, remedy, cause);
    }
  }

  async #metadata(signal: AbortSignal): Promise<string | undefined> {
    const { clock } = this.#settings;
    const openid = await this.#ask('oidc', signal);
    if (openid.ok) return readBody(openid);
    // What nobody reads is given up, or its connection stays taken.
    await openid.body?.cancel();
    const response = await this.#ask('oauth2', signal);
    if (response.ok) return readBody(response);
    await response.body?.cancel();
    const status = Math.max(openid.status, response.status);
    const remedy = status < 500 ? undefined : 'The fault is on the server’s side';
    const what = `answered ${openid.status} and ${response.status} at its two well-known addresses`;
    const now = clock.now();
    const retryAfter = retryAfterOf(openid, now) ?? retryAfterOf(response, now);
    throw this.#refused(what, remedy, { server: { status }, retryAfter });
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
    if (members === undefined) throw this.#refused('answered with something else than a JSON object');
    const aliases = this.#settings.mutualTls ? objectMembers(members.get('mtls_endpoint_aliases')) : undefined;
    const issuer = this.#checkedIssuer(members.get('issuer'));
    const token = endpoint('token_endpoint', members, aliases);
    if (token === undefined) throw this.#refused('names no absolute token_endpoint');
    const fault = this.#faultOf(token);
    if (fault !== undefined) throw this.#refused(`names a token_endpoint that ${fault}`);
    const revocation = endpoint('revocation_endpoint', members, aliases);
    // Tokens can be had without it: what is wrong with it matters to those alone who revoke.
    const usable = revocation !== undefined && this.#faultOf(revocation) === undefined;
    return { issuer, token_endpoint: token.href, revocation_endpoint: usable ? revocation.href : undefined };
  }

  #faultOf(url: URL): string | undefined {
    if (!isSecure(url, this.#settings.allowInsecureRequests)) return 'does not begin with https://';
    return url.username === '' && url.password === '' ? undefined : 'holds user info (user:password@)';
  }

  /** @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3 */
  #checkedIssuer(issuer: unknown): string {
    const expected = new URL(this.#settings.issuer).href;
    if (typeof issuer === 'string' && parseUrl(issuer)?.href === expected) return issuer;
    const said = typeof issuer === 'string' ? `calls itself '${oneLine(issuer.slice(0, 200))}'` : 'names no issuer';
    throw this.#refused(`${said} in its metadata`);
  }

  #failed(what: string, remedy: string, cause?: Error): TokenRequestError {
    const { name } = this.#settings;
    return new TokenRequestError(this.#message(what, remedy), { code: 'discovery_failed', client: name, cause });
  }

  /** The issuer answered, but with nothing to go on. */
  #refused(
    what: string,
    remedy?: string,
    details: Pick<ErrorDetails, 'server' | 'retryAfter'> = { server: { status: 200 } },
  ): TokenResponseError {
    const { name } = this.#settings;
    return new TokenResponseError(this.#message(what, remedy), { code: 'discovery_failed', client: name, ...details });
  }

  #message(
    what: string,
    remedy = 'Check issuer (to the letter, a slash at the end counts), or give tokenEndpoint instead',
  ): string {
    const { name, issuer } = this.#settings;
    return `client '${name}': the issuer '${issuer}' ${what}. ${remedy}`;
  }
}

function endpoint(name: string, members: Metadata, aliases: Metadata | undefined): URL | undefined {
  const address = aliases?.get(name) ?? members.get(name);
  return typeof address === 'string' ? parseUrl(address) : undefined;
}

function objectMembers(value: unknown): Metadata | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value));
}
