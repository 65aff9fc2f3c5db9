import type { Hop, OutgoingCall } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { copyHeaders, type HeadersLike } from './headers.ts';
import { isObject, member } from './member.ts';
import { isConfined, RedirectLog } from './redirect-log.ts';
import { askingTransport, beforeRedirect, type Landing } from './redirects.ts';

/** Of a call, what its requests are made from. */
export interface RequestParts {
  readonly config: CallConfig;
  readonly headers: HeadersLike;
  readonly body: OutgoingCall<unknown>['body'];
  /** Whether the config names a host at all. */
  readonly isAbsolute: boolean;
}

/** Makes the configs of the requests that one call takes. */
export class RequestConfigs {
  readonly #parts: RequestParts;
  /** `manual` where the caller wants to see redirects. */
  readonly redirect: OutgoingCall<unknown>['redirect'];
  /** Of the redirects that core follows. */
  readonly redirects: RedirectLog;
  #landing: Landing | undefined;

  constructor(parts: RequestParts) {
    const { maxRedirects, fetchOptions } = parts.config;
    this.#parts = parts;
    this.redirect = maxRedirects === 0 || !isFollowing(fetchOptions) ? 'manual' : 'follow';
    this.redirects = new RedirectLog(parts);
  }

  for(hop: Hop): Record<string, unknown> {
    this.redirects.arriveAt(hop);
    // After a 401 the last request is made again, not the one that it was redirected from: a POST would be made twice.
    const landing = this.#landing?.from === hop.url ? this.#landing : undefined;
    const { url, method } = landing ?? hop;
    const { config, isAbsolute } = this.#parts;
    const request = copyOf(config);
    request['method'] = method.toLowerCase();
    request['headers'] = this.#headersFor(hop, landing?.headers);
    if (!hop.body || method !== hop.method) request['data'] = undefined;
    // The caller's Axios has applied them, or will.
    request['transformRequest'] = undefined;
    request['transformResponse'] = undefined;
    if (isAbsolute) {
      request['url'] = url.href;
      request['baseURL'] = undefined;
      request['params'] = undefined;
    }
    if (isConfined(hop)) this.#confine(hop, request);
    if (this.redirect === 'follow' && this.redirects.needCore) request['maxRedirects'] = 0;
    return request;
  }

  #headersFor({ removed, attached }: Hop, landed: object | undefined): HeadersLike {
    const headers = copyHeaders(this.#parts.headers, landed);
    for (const name of removed) headers.delete(name);
    for (const name of this.redirects.removed) headers.delete(name);
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
    if (isFollowing(fetchOptions)) request['fetchOptions'] = { ...objectOf(fetchOptions), redirect: 'manual' };
  }
}

/** Far cheaper than a spread: the config that Axios makes has no prototype. */
function copyOf(config: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(config)) copy[name] = member(config, name);
  return copy;
}

function isFollowing(fetchOptions: unknown): boolean {
  return (member(fetchOptions, 'redirect') ?? 'follow') === 'follow';
}

function objectOf(value: unknown): object {
  return isObject(value) ? value : {};
}
