import type { Hop } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { isObject } from './member.ts';
import type { RequestParts } from './request-config.ts';

/** What a call's config says of redirects, held where Axios doesn't follow them itself. */
export class RedirectLog {
  readonly #config: CallConfig;
  readonly #needsAxios: boolean;
  #at: URL | undefined;
  #followed = 0;
  #hasCrossed = false;
  #needCore = false;

  constructor({ config, body }: Pick<RequestParts, 'config' | 'body'>) {
    const { beforeRedirect, transport } = config;
    this.#config = config;
    // It keeps what it has read of a stream for the next request, and tells hooks and transports all of its options.
    this.#needsAxios = body === 'once' || typeof beforeRedirect === 'function' || isObject(transport);
  }

  arriveAt(hop: Hop): void {
    const { url, attached, certificate } = hop;
    const from = this.#at;
    this.#at = url;
    // Axios has no proof for the next address, and would show the certificate there.
    const isBound = 'dpop' in attached || certificate !== undefined;
    this.#needCore ||= isBound || (isConfined(hop) && !this.#needsAxios);
    // A request that is sent again has the very same address.
    if (from === undefined || from === url) return;
    this.#followed += 1;
    this.#hasCrossed ||= from.origin !== url.origin;
  }

  /** Whether Axios must not follow. */
  get needCore(): boolean {
    return this.#needCore;
  }

  /** Whether there were more than the caller wants. */
  get areTooMany(): boolean {
    const { maxRedirects } = this.#config;
    return typeof maxRedirects === 'number' && this.#followed > maxRedirects;
  }

  /** Names of headers that the caller keeps for the first origin. */
  get removed(): readonly string[] {
    const { sensitiveHeaders } = this.#config;
    return this.#hasCrossed && Array.isArray(sensitiveHeaders) ? sensitiveHeaders.map(String) : [];
  }
}

/** Whether a request carries anything that may not go everywhere, an API key of the caller's own among it. */
export function isConfined({ attached, confidential, certificate }: Hop): boolean {
  return confidential.length > 0 || certificate !== undefined || Object.keys(attached).length > 0;
}
