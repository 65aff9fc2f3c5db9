import type { Hop } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { isObject } from './member.ts';

/** What a call's config says of redirects, held where Axios doesn't follow them itself. */
export class RedirectLog {
  readonly #config: CallConfig;
  #at: URL | undefined;
  #followed = 0;
  #hasCrossed = false;
  #needCore = false;
  #hasBeenInside = false;

  constructor(config: CallConfig) {
    this.#config = config;
  }

  /** Whether a redirect leads there: a request that is sent again has the very same address. */
  arriveAt(hop: Hop): boolean {
    const { url, attached, certificate } = hop;
    const from = this.#at;
    this.#at = url;
    this.#hasBeenInside ||= isConfined(hop);
    // Axios has no proof for the next address, and would show the certificate there.
    const isBound = 'dpop' in attached || certificate !== undefined;
    // Only a transport of the caller's own is left to follow as it likes.
    this.#needCore ||= isBound || (isConfined(hop) && !isObject(this.#config.transport));
    if (from === undefined || from === url) return false;
    this.#followed += 1;
    this.#hasCrossed ||= from.origin !== url.origin;
    return true;
  }

  get hasFollowed(): boolean {
    return this.#followed > 0;
  }

  /** Whether any request so far was one of a client's. */
  get hasBeenInside(): boolean {
    return this.#hasBeenInside;
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
