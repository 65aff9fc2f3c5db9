import { OptionsError } from './errors.ts';
import type { OutboundClient } from './outbound-client.ts';
import type { FetchInput, OutboundRequestInit } from './outgoing/fetch.ts';
import type { CallOptions, OutgoingCall } from './outgoing/outgoing-call.ts';

/**
 * Where an application tells its types once, by declaration merging, so that client names are checked everywhere.
 *
 * @example
 * ```ts
 * import { createOutboundAuth } from '@outbound-auth/core';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: 'from-a-vault',
 *       attachTo: ['https://api.billing.example'],
 *     },
 *   },
 * });
 *
 * declare module '@outbound-auth/core' {
 *   interface Register {
 *     auth: typeof auth;
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- empty until an application merges into it
export interface Register {}

/** The names of the registered application's clients, or any text. */
export type ClientName = Register extends { readonly auth: OutboundAuth<infer Name> } ? Name : string;

const brand = Symbol.for('@outbound-auth/core/outbound-auth/v1');

/**
 * The clients of an application, by name and by address.
 *
 * A class, so that dependency injection can name it; `createOutboundAuth` makes its instances.
 */
export abstract class OutboundAuth<Name extends string = ClientName> implements AsyncDisposable {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  /** @throws {OutboundAuthError} with the code `unknown_client`. */
  abstract client(name: Name): OutboundClient;

  /**
   * `fetch` with the token of the client whose longest `attachTo` prefix covers the address. An address that none
   * covers goes out untouched, unless `unmatched` is `refuse`.
   *
   * @throws {OutboundAuthError} if no token can be had, or the address doesn't say which of several clients to use.
   * @example
   * ```ts
   * import type { OutboundAuth } from '@outbound-auth/core';
   *
   * async function pay(auth: OutboundAuth, invoice: string): Promise<boolean> {
   *   const response = await auth.fetch(`https://api.billing.example/v2/invoices/${invoice}/payment`, {
   *     method: 'POST',
   *     outboundAuth: { scope: 'invoices:write' },
   *   });
   *   return response.ok;
   * }
   * ```
   */
  abstract fetch(input: FetchInput, init?: OutboundRequestInit<Name>): Promise<Response>;

  /** Sends a call of any transport, for adapters: see `OutgoingCall`. */
  abstract send<Result>(call: OutgoingCall<Result>, options?: CallOptions<Name> | false): Promise<Result>;

  /** Lets token requests under way end, then refuses new ones. Tokens in memory stay usable for calls that drain. */
  abstract close(): Promise<void>;

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** What a web framework's request carries: calls to other services. */
export type Outbound<Name extends string = ClientName> = Pick<OutboundAuth<Name>, 'client' | 'fetch'>;

/**
 * Whether a value is an `OutboundAuth`, also one of another copy of this package (ESM beside CommonJS).
 *
 * @example
 * ```ts
 * import { createOutboundAuth, isOutboundAuth, type OutboundAuth, type OutboundAuthOptions } from '@outbound-auth/core';
 *
 * export function authOf(source: OutboundAuth<string> | OutboundAuthOptions): OutboundAuth<string> {
 *   return isOutboundAuth(source) ? source : createOutboundAuth(source);
 * }
 * ```
 */
export function isOutboundAuth(value: unknown): value is OutboundAuth<string> {
  return typeof value === 'object' && value !== null && brand in value;
}

/**
 * Makes sure that an adapter was given an `OutboundAuth`.
 *
 * @param where The adapter's call as a user writes it, for the message.
 * @throws {OptionsError} if it was not.
 * @example
 * ```ts
 * import { assertOutboundAuth } from '@outbound-auth/core';
 *
 * export function middleware(auth: unknown): void {
 *   assertOutboundAuth(auth, 'middleware(auth)');
 * }
 * ```
 */
export function assertOutboundAuth(auth: unknown, where: string): asserts auth is OutboundAuth<string> {
  if (isOutboundAuth(auth)) return;
  throw new OptionsError([{ path: where, message: 'auth must be what createOutboundAuth() returns' }]);
}

/**
 * What a web framework's middleware gives each request.
 *
 * @param where The adapter's call as a user writes it, for the message.
 * @throws {OptionsError} if `auth` is not what `createOutboundAuth()` returns.
 * @example
 * ```ts
 * import { outboundFor } from '@outbound-auth/core';
 *
 * export function middleware(auth: unknown): (request: { outbound?: object }, next: () => void) => void {
 *   const outbound = outboundFor(auth, 'middleware(auth)');
 *   return (request, next) => {
 *     request.outbound = outbound;
 *     next();
 *   };
 * }
 * ```
 */
export function outboundFor(auth: unknown, where: string): Outbound<string> {
  assertOutboundAuth(auth, where);
  return { client: (name) => auth.client(name), fetch: (input, init) => auth.fetch(input, init) };
}
