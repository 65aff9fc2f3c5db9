import { type AccessToken, type Grant, isOutboundAuthError, type OutboundAuthError } from '@outbound-auth/core';
import { staticToken } from '../static-token.ts';
import type { FakedClient } from './fake-client-options.ts';

/** On its way through core: what isn't an error of core's own is neither tried again nor waited for there. */
class Failure extends Error {}

/** One client's tokens, shared by all the auths that it has: its function is asked as if there were but one. */
export class FakeGrant {
  readonly grant: Grant;
  readonly #tokens = new Map<string, AccessToken>();
  #failure: OutboundAuthError | undefined;

  constructor({ token, onBehalfOf }: FakedClient) {
    const own = staticToken(token, { onBehalfOf });
    const connect: Grant['connect'] = (...given) => {
      const source = own.connect(...given);
      return { getToken: (request) => this.#getToken(request, () => source.getToken(request)) };
    };
    this.grant = { ...own, connect };
  }

  /** Fails whoever asks for a token from here on; undefined: nobody any more. */
  set failure(error: OutboundAuthError | undefined) {
    this.#failure = error;
  }

  /** Asks anew for every token. */
  forget(): void {
    this.#tokens.clear();
  }

  async #getToken(
    { key, rejected }: Parameters<ReturnType<Grant['connect']>['getToken']>[0],
    ask: () => Promise<AccessToken>,
  ): Promise<AccessToken> {
    if (this.#failure !== undefined) throw new Failure('fails', { cause: this.#failure });
    const known = this.#tokens.get(key);
    if (known !== undefined && rejected?.includes(known.value) !== true) return known;
    try {
      const token = await ask();
      this.#tokens.set(key, token);
      return token;
    } catch (error) {
      throw new Failure('fails', { cause: error });
    }
  }
}

/** What work comes to, failing as the test has it. */
export async function unwrapped<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // One of its own for each who waited.
    throw isOutboundAuthError(error.cause) ? error.cause.copy() : error.cause;
  }
}
