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
    return unwrapped(this.#use((client) => client.getAccessToken(...given)));
  }

  peekAccessToken(parameters?: TokenParameters): AccessToken | undefined {
    return this.#use((client) => client.peekAccessToken(parameters));
  }

  async fetch(...[input, init]: Parameters<OutboundClient['fetch']>): Promise<Response> {
    return unwrapped(this.#use((client) => client.fetch(input, init), addressOf(input)));
  }

  async revoke(parameters?: TokenParameters): Promise<void> {
    await this.#use((client) => client.revoke(parameters));
    this.#auths.renew();
  }

  covers(url: string | URL): boolean {
    return this.#use((client) => client.covers(url), new URL(url));
  }

  /** @param url Where a call goes; none where no call is made. */
  #use<Result>(work: (client: OutboundClient) => Result, url?: URL): Result {
    const auth = url === undefined ? this.#auths.plain : this.#auths.for(url);
    return this.#auths.use(auth, () => work(auth.client(this.name)));
  }
}

/** Where a call by `fetch` goes. */
export function addressOf(input: FetchInput): URL {
  return new URL(input instanceof Request ? input.url : input);
}
