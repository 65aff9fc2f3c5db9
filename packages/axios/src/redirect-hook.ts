import type { Hop } from '@outbound-auth/core';
import { runningAdapter } from './adapter-name.ts';
import type { CallConfig } from './call-config.ts';
import { call, isObject, member } from './member.ts';
import { isConfined } from './redirect-log.ts';
import { type Landing, strip, targetOf } from './redirects.ts';

/** Tells the caller's `beforeRedirect` of redirects that are followed here, as Axios does of those that it follows. */
export class RedirectHook {
  readonly #own: unknown;
  #inside: Hop | undefined;
  #sent: object = {};
  #came: object = {};

  constructor(own: unknown) {
    this.#own = own;
  }

  /** The hook of a config; over fetch and over a transport of the caller's Axios calls none. */
  static of({ adapter, beforeRedirect, transport }: CallConfig): RedirectHook | undefined {
    const isCalled =
      typeof beforeRedirect === 'function' && runningAdapter(adapter) !== 'fetch' && !isObject(transport);
    return isCalled ? new RedirectHook(beforeRedirect) : undefined;
  }

  remember(hop: Hop, { url, method, headers }: Readonly<Record<string, unknown>>, response: unknown): void {
    if (isConfined(hop)) this.#inside = hop;
    this.#sent = { url, method: String(method).toUpperCase(), headers: plain(headers) };
    this.#came = { statusCode: member(response, 'status'), headers: plain(member(response, 'headers')) };
  }

  /**
   * Where a request with these headers goes, and with which.
   *
   * @throws {TypeError} for what the hook throws, and for an address that it has made unreadable.
   */
  tell(hop: Hop, headers: unknown): Landing {
    const options = optionsOf(hop, plain(headers));
    try {
      call(this.#own, undefined, options, this.#came, this.#sent);
    } catch (cause) {
      throw new TypeError(`Redirected request failed: ${cause instanceof Error ? cause.message : ''}`, { cause });
    }
    const url = targetOf(options);
    if (url === undefined) throw new TypeError('Redirected request failed: beforeRedirect has left no address');
    const isMoved = url.href !== hop.url.href;
    if (!isConfined(hop)) strip(this.#inside ?? hop, options.headers);
    // A proof is good for one address alone.
    else if (isMoved && (!hop.mayAttach(url) || 'dpop' in hop.attached)) strip(hop, options.headers);
    return { from: hop.url, url, method: hop.method, headers: { ...basic(options.auth), ...options.headers } };
  }
}

interface RedirectOptions {
  readonly headers: object;
  readonly auth: unknown;
  readonly [name: string]: unknown;
}

/** A request as follow-redirects shows it. */
function optionsOf({ url, method }: Hop, headers: object): RedirectOptions {
  const { href, protocol, host, port, pathname, search, hash } = url;
  // As Node wants an address of IPv6.
  const hostname = url.hostname.replaceAll(/[[\]]/g, '');
  const place = { href, protocol, host, hostname, port, pathname, search, hash, path: pathname + search };
  return { ...place, method, headers, auth: undefined };
}

/** The header that Node makes of `auth`. */
function basic(auth: unknown): object {
  return typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
}

/** Headers as Node takes them. */
function plain(headers: unknown): object {
  const json = call(member(headers, 'toJSON'), headers);
  return { ...(isObject(json) ? json : isObject(headers) && headers) };
}
