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

/**
 * The clients of an application, by name and by address.
 *
 * A class, so that dependency injection can name it; `createOutboundAuth` makes its instances.
 */
export abstract class OutboundAuth<Name extends string = ClientName> implements AsyncDisposable {
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
