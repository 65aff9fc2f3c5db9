import type { TokenParameters } from './options/options.ts';
import { assertOutboundAuth } from './is-outbound-auth.ts';
import type { Outbound } from './outbound-auth.ts';
import { OutboundClient } from './outbound-client.ts';
import { Choosing } from './served-choice.ts';
import { readServingOptions, type ServingOptions } from './serving-options.ts';
import {
  asked,
  BearerRequest,
  bearerToken,
  serve,
  type ServedRequest,
  servedRequest,
  type Told,
} from './subject-token.ts';
import { isThenable } from './thenable.ts';
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
 * request acts for the user whom the work around it acts for. `inbound` is what a request is known by when it passes a
 * second adapter: whom the application named for it, and what was chosen for it, is kept there.
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
): (authorization: string | null | undefined, request: Request, inbound?: object) => Serving {
  assertOutboundAuth(auth, where);
  const { resolve, subjectToken } = readServingOptions(options, where);
  return (authorization, request, inbound) => {
    const around = servedRequest();
    // A server may have been started in the work of a request, which is none of those that it serves.
    const isSame = inbound !== undefined && around?.inbound === inbound;
    const known = isSame || authorization === null ? around : undefined;
    const isNamed = authorization === null || known?.named === true;
    const served = new BearerRequest(isNamed ? known?.subjectToken : bearerToken(authorization), {
      named: known?.named,
      inbound,
      told: toldOf(known, auth, {
        ...(subjectToken && { subject: once(() => tokenOf(asked(() => subjectToken(request)))) }),
        ...(resolve && { choice: new Choosing(() => resolve(request), where).choice }),
      }),
    });
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

/** Beside what others were told, and what this one was told by an adapter that the request has passed before. */
function toldOf(known: ServedRequest | undefined, auth: object, told: Told): ServedRequest['told'] {
  if (told.subject === undefined && told.choice === undefined) return known?.told;
  return new Map([...(known?.told ?? []), [auth, { ...known?.told?.get(auth), ...told }]]);
}

function once(ask: () => unknown): () => unknown {
  let given: { readonly value: unknown } | undefined;
  return () => (given ??= { value: ask() }).value;
}

function tokenOf(given: unknown): unknown {
  if (isThenable(given)) return Promise.resolve(given).then(tokenOf);
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
