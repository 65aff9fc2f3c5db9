import { type AccessToken, type FetchInput, OutboundClient, type TokenParameters } from '@outbound-auth/core';
import { unwrapped } from './fake-grant.ts';
import type { OriginAuths } from './origin-auths.ts';

/** A client that is found anew at each use, so that whoever holds one sees what the test changes. */
export class FakeClient extends OutboundClient {
  readonly name: string;
  readonly #auths: OriginAuths;

  constructor(auths: OriginAuths, name: string) {
    super();
    this.name = name;
    this.#auths = auths;
  }

  getAccessToken(...given: Parameters<OutboundClient['getAccessToken']>): Promise<AccessToken> {
    return unwrapped(this.#plain.getAccessToken(...given));
  }

  peekAccessToken(parameters?: TokenParameters): AccessToken | undefined {
    return this.#plain.peekAccessToken(parameters);
  }

  async fetch(...[input, init]: Parameters<OutboundClient['fetch']>): Promise<Response> {
    return unwrapped(this.#for(addressOf(input)).fetch(input, init));
  }

  async revoke(parameters?: TokenParameters): Promise<void> {
    await this.#plain.revoke(parameters);
    this.#auths.renew();
  }

  covers(url: string | URL): boolean {
    return this.#for(new URL(url)).covers(url);
  }

  get #plain(): OutboundClient {
    return this.#auths.plain.client(this.name);
  }

  #for(url: URL): OutboundClient {
    return this.#auths.for(url).client(this.name);
  }
}

/** Where a call by `fetch` goes. */
export function addressOf(input: FetchInput): URL {
  return new URL(input instanceof Request ? input.url : input);
}
