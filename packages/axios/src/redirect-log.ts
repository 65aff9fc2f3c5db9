import type { Hop } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';

/** What a call's config says of redirects, held where Axios doesn't follow them itself. */
export class RedirectLog {
  readonly #config: CallConfig;
  #at: URL | undefined;
  #followed = 0;
  #hasCrossed = false;
  #needCore = false;

  constructor(config: CallConfig) {
    this.#config = config;
  }

  arriveAt({ url, attached, certificate }: Hop): void {
    const from = this.#at;
    this.#at = url;
    this.#needCore ||= 'dpop' in attached || certificate !== undefined;
    // A request that is sent again has the very same address.
    if (from === undefined || from === url) return;
    this.#followed += 1;
    this.#hasCrossed ||= from.origin !== url.origin;
  }

  /** Whether Axios must not follow: it has no proof for the next address, and would show the certificate there. */
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
