import type { TokenParameters } from './options/options.ts';
import { assertOutboundAuth } from './is-outbound-auth.ts';
import type { Outbound } from './outbound-auth.ts';
import { OutboundClient } from './outbound-client.ts';
import { Choosing } from './served-choice.ts';
import { readServingOptions, type ServingOptions } from './serving-options.ts';
import { BearerRequest, bearerToken, type Choices, serve, type ServedRequest, servedRequest } from './subject-token.ts';
import type { AccessToken } from './tokens/access-token.ts';

/** What a middleware does for one request. */
export interface Serving {
  /** What the request carries: calls on behalf of the user whose bearer token it came with. */
  readonly outbound: Outbound<string>;
  /** Does the rest of the work, so that calls deep in it find the user's token too. */
  readonly run: <Result>(work: () => Result) => Result;
}

/**
 * What a web framework's middleware gives each request, by the `Authorization` header that it came with; by null, the
 * request acts for the user whom the work around it acts for.
 *
 * @param where The adapter's call as a user writes it, for the message.
 * @throws {OptionsError} if `auth` is not what `createOutboundAuth()` returns, or the options are not what they should be.
 * @example
 * ```ts
 * import { outboundFor } from '@outbound-auth/core';
 * import type { IncomingMessage } from 'node:http';
 *
 * type Request = IncomingMessage & { outbound?: object };
 *
 * export function middleware(auth: unknown): (request: Request, next: () => void) => void {
 *   const serving = outboundFor(auth, 'middleware(auth)');
 *   return (request, next) => {
 *     const { outbound, run } = serving(request.headers.authorization);
 *     request.outbound = outbound;
 *     run(next);
 *   };
 * }
 * ```
 */
export function outboundFor<Request = void>(
  auth: unknown,
  where: string,
  options: ServingOptions<Request> = {},
): (authorization: string | null | undefined, request: Request) => Serving {
  assertOutboundAuth(auth, where);
  const { resolve, subjectToken } = readServingOptions(options, where);
  return (authorization, request) => {
    const served = new BearerRequest(
      subjectToken === undefined ? subjectOf(authorization) : () => tokenOf(subjectToken(request)),
      resolve && withChoice(auth, new Choosing(() => resolve(request), where)),
    );
    return {
      outbound: {
        client: (name) => new ServedClient(auth.client(name), served),
        tenant: async (name) => new ServedClient(await auth.tenant(name), served),
        fetch: (input, init) => serve(served, () => auth.fetch(input, init)),
      },
      run: (work) => serve(served, work),
    };
  };
}

/** Beside those of the request around it, which other auths were told of. */
function withChoice(auth: object, { choice }: Choosing): Choices {
  return new Map([...(servedRequest()?.choices ?? []), [auth, choice]]);
}

function subjectOf(authorization: string | null | undefined): ConstructorParameters<typeof BearerRequest>[0] {
  if (authorization !== null) return bearerToken(authorization);
  const around = servedRequest();
  return () => around?.subjectToken;
}

function tokenOf(given: unknown): unknown {
  if (given instanceof Promise) return given.then(tokenOf);
  return typeof given === 'string' ? (bearerToken(given) ?? given) : given;
}

/** A client whose calls are made for one request, wherever they are made. */
class ServedClient extends OutboundClient {
  readonly name: string;
  readonly #client: OutboundClient;
  readonly #request: ServedRequest;

  constructor(client: OutboundClient, request: ServedRequest) {
    super();
    this.name = client.name;
    this.#client = client;
    this.#request = request;
  }

  getAccessToken(...given: Parameters<OutboundClient['getAccessToken']>): Promise<AccessToken> {
    return serve(this.#request, () => this.#client.getAccessToken(...given));
  }

  peekAccessToken(parameters?: TokenParameters): AccessToken | undefined {
    return serve(this.#request, () => this.#client.peekAccessToken(parameters));
  }

  fetch(...given: Parameters<OutboundClient['fetch']>): Promise<Response> {
    return serve(this.#request, () => this.#client.fetch(...given));
  }

  revoke(parameters?: TokenParameters): Promise<void> {
    return serve(this.#request, () => this.#client.revoke(parameters));
  }

  covers(url: string | URL): boolean {
    return this.#client.covers(url);
  }
}
