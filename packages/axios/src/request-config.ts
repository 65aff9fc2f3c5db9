import type { Hop, OutgoingCall } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { copyHeaders, type HeadersLike } from './headers.ts';
import { isObject, member } from './member.ts';
import { RedirectLog } from './redirect-log.ts';
import { askingTransport, beforeRedirect, type Landing } from './redirects.ts';

/** Makes the configs of the requests that one call takes. */
export class RequestConfigs {
  readonly #config: CallConfig;
  readonly #headers: HeadersLike;
  readonly #isAbsolute: boolean;
  /** Of the redirects that core follows. */
  readonly redirects: RedirectLog;
  #landing: Landing | undefined;

  /** @param isAbsolute - whether the config names a host at all. */
  constructor(config: CallConfig, headers: HeadersLike, isAbsolute: boolean) {
    this.#config = config;
    this.#headers = headers;
    this.#isAbsolute = isAbsolute;
    this.redirects = new RedirectLog(config);
  }

  /** `manual` where the caller wants to see redirects. */
  get redirect(): OutgoingCall<unknown>['redirect'] {
    const { maxRedirects, fetchOptions } = this.#config;
    const redirect = member(fetchOptions, 'redirect') ?? 'follow';
    return maxRedirects === 0 || redirect !== 'follow' ? 'manual' : 'follow';
  }

  for(hop: Hop): Record<string, unknown> {
    this.redirects.arriveAt(hop);
    // After a 401 the last request is made again, not the one that it was redirected from: a POST would be made twice.
    const landing = this.#landing?.from === hop.url ? this.#landing : undefined;
    const { url, method } = landing ?? hop;
    const request: Record<string, unknown> = {
      ...this.#config,
      method: method.toLowerCase(),
      headers: this.#headersFor(hop, landing?.headers),
      data: hop.body && method === hop.method ? this.#config.data : undefined,
      // The caller's Axios has applied them, or will.
      transformRequest: undefined,
      transformResponse: undefined,
    };
    if (this.#isAbsolute) Object.assign(request, { url: url.href, baseURL: undefined, params: undefined });
    if (belongsInside(hop)) this.#askBeforeRedirects(hop, request);
    if (this.redirect === 'follow' && this.redirects.needCore) request['maxRedirects'] = 0;
    return request;
  }

  #headersFor(hop: Hop, landed: object | undefined): HeadersLike {
    const headers = copyHeaders(this.#headers, landed);
    for (const name of [...hop.removed, ...this.redirects.removed]) headers.delete(name);
    for (const [name, value] of Object.entries(hop.attached)) headers.set(name, value, true);
    return headers;
  }

  /** The http adapter follows redirects itself, and asks before each; the fetch adapter leaves them to core. */
  #askBeforeRedirects(hop: Hop, request: Record<string, unknown>): void {
    const { beforeRedirect: own, transport, fetchOptions } = this.#config;
    const ask = beforeRedirect(hop, own, (landing) => {
      this.#landing = landing;
    });
    request['beforeRedirect'] = ask;
    if (isObject(transport)) request['transport'] = askingTransport(transport, ask);
    if (this.redirect === 'follow') request['fetchOptions'] = { ...objectOf(fetchOptions), redirect: 'manual' };
  }
}

/** Whether a request carries anything that may not go everywhere, an API key of the caller's own among it. */
function belongsInside({ attached, confidential }: Hop): boolean {
  return confidential.length > 0 || Object.keys(attached).length > 0;
}

function objectOf(value: unknown): object {
  return isObject(value) ? value : {};
}
