import type { Hop, OutgoingCall } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { copyHeaders, type HeadersLike } from './headers.ts';
import { copyOf, isObject, member } from './member.ts';
import { isConfined, RedirectLog } from './redirect-log.ts';
import { RedirectHook } from './redirect-hook.ts';
import { askingTransport, beforeRedirect, type Landing } from './redirects.ts';

/** Of a call, what its requests are made from. */
export interface RequestParts {
  readonly config: CallConfig;
  readonly headers: HeadersLike;
  readonly body: OutgoingCall<unknown>['body'];
  /** The address without its params; undefined where the config names no host at all. */
  readonly base: URL | undefined;
}

/** Makes the configs of the requests that one call takes. */
export class RequestConfigs {
  readonly #parts: RequestParts;
  /** `manual` where the caller wants to see redirects. */
  readonly redirect: OutgoingCall<unknown>['redirect'];
  /** Of the redirects that core follows. */
  readonly redirects: RedirectLog;
  readonly #hook: RedirectHook | undefined;
  #landing: Landing | undefined;

  constructor(parts: RequestParts) {
    const { maxRedirects, fetchOptions } = parts.config;
    this.#parts = parts;
    this.redirect = maxRedirects === 0 || !isFollowing(fetchOptions) ? 'manual' : 'follow';
    this.redirects = new RedirectLog(parts.config);
    this.#hook = RedirectHook.of(parts.config);
  }

  /** What a hook is told of, when the next request follows a redirect. */
  remember(hop: Hop, request: Readonly<Record<string, unknown>>, response: unknown): void {
    this.#hook?.remember(hop, { ...request, url: (this.landedAt(hop) ?? hop.url).href }, response);
  }

  /** Where the request of a hop went, if not to the hop's own address. */
  landedAt({ url }: Hop): URL | undefined {
    return this.#landing?.from === url ? this.#landing.url : undefined;
  }

  /** @param isRedirected - whether the hop was just arrived at by a redirect. */
  for(hop: Hop, isRedirected: boolean): Record<string, unknown> {
    const told = isRedirected ? this.#hook?.tell(hop, this.#headersFor(hop)) : undefined;
    if (told !== undefined) this.#landing = told;
    // After a 401 the last request is made again, not the one that it was redirected from: a POST would be made twice.
    const landing = this.#landing?.from === hop.url ? this.#landing : undefined;
    const { url, method } = landing ?? hop;
    const { config, base } = this.#parts;
    const request = copyOf(config);
    request['method'] = method.toLowerCase();
    request['headers'] = told
      ? copyHeaders(this.#parts.headers, told.headers)
      : this.#headersFor(hop, landing?.headers);
    if (!hop.body || method !== hop.method) request['data'] = undefined;
    // The caller's Axios has applied them, or will.
    request['transformRequest'] = undefined;
    request['transformResponse'] = undefined;
    const hasMoved = landing !== undefined || this.redirects.hasFollowed;
    // To an address where nothing is attached it goes as it is.
    if (base !== undefined && (hasMoved || isConfined(hop))) {
      request['url'] = hasMoved ? url.href : base.href;
      request['baseURL'] = undefined;
      // Axios spells them otherwise than an address does.
      if (hasMoved) request['params'] = undefined;
    }
    if (isConfined(hop)) this.#confine(hop, request);
    if (this.redirect === 'follow' && this.redirects.needCore) request['maxRedirects'] = 0;
    return request;
  }

  #headersFor({ removed, attached }: Hop, landed?: object): HeadersLike {
    const headers = copyHeaders(this.#parts.headers, landed);
    if (landed === undefined) for (const name of [...removed, ...this.redirects.removed]) headers.delete(name);
    for (const [name, value] of Object.entries(attached)) headers.set(name, value, true);
    return headers;
  }

  /** Keeps what a request carries from going along with redirects that are followed below. */
  #confine(hop: Hop, request: Record<string, unknown>): void {
    const { beforeRedirect: own, transport, fetchOptions } = this.#parts.config;
    const ask = beforeRedirect(hop, own, (landing) => {
      this.#landing = landing;
    });
    request['beforeRedirect'] = ask;
    if (isObject(transport)) request['transport'] = askingTransport(transport, ask);
    // Also where `maxRedirects` is 0, of which older versions of Axios know nothing over fetch.
    if (isFollowing(fetchOptions))
      request['fetchOptions'] = { ...(isObject(fetchOptions) && fetchOptions), redirect: 'manual' };
  }
}

function isFollowing(fetchOptions: unknown): boolean {
  return (member(fetchOptions, 'redirect') ?? 'follow') === 'follow';
}
