import { brand } from './is-outbound-auth.ts';
import { BearerRequest, serve, servedRequest } from './subject-token.ts';
import type { OutboundClient } from './outbound-client.ts';
import type { FetchInput, OutboundRequestInit } from './outgoing/fetch.ts';
import type { CallOptions, OutgoingCall } from './outgoing/outgoing-call.ts';
import type { Status } from './status.ts';

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

/** What to warm up. */
export interface WarmUpOptions<Name extends string = string> {
  /** Default: all. */
  readonly clients?: readonly Name[] | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

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
   * The client of a tenant, whose options `resolveClient` gives.
   *
   * @throws {OutboundAuthError} with the code `unknown_client`, or `credential_unavailable` if `resolveClient` fails.
   * @throws {OptionsError} if its options are wrong.
   * @example
   * ```ts
   * import { createOutboundAuth } from '@outbound-auth/core';
   *
   * const auth = createOutboundAuth({
   *   clients: {},
   *   resolveClient: async (tenant) => ({
   *     issuer: `https://${tenant}.idp.example`,
   *     clientId: 'orders-service',
   *     clientSecret: async () => 'from your vault',
   *     attachTo: [`https://${tenant}.api.example`],
   *   }),
   * });
   *
   * export const invoices = async (tenant: string) =>
   *   (await auth.tenant(tenant)).fetch(`https://${tenant}.api.example/invoices`);
   * ```
   */
  abstract tenant(name: string): Promise<OutboundClient>;

  /** Has a tenant looked up anew when it is next asked for: its options have changed, or it is gone. */
  abstract forget(name: string): void;

  /**
   * Does work on behalf of a user: calls in it, later ones too, find this token as their subject token. For work outside
   * a web request; inside, the adapters do the same.
   *
   * @param subjectToken The user's access token; undefined for work on nobody's behalf.
   * @example
   * ```ts
   * import type { OutboundAuth } from '@outbound-auth/core';
   *
   * export function report(auth: OutboundAuth, userToken: string): Promise<Response> {
   *   return auth.withSubjectToken(userToken, () => auth.fetch('https://ledger.example/report'));
   * }
   * ```
   */
  withSubjectToken<Result>(subjectToken: string | undefined, work: () => Result): Result {
    const { inbound, told } = servedRequest() ?? {};
    // Whoever is named here is the user for every auth; which clients the request takes is another matter.
    const choices = told && new Map(Array.from(told, ([auth, { choice }]) => [auth, { choice }] as const));
    return serve(new BearerRequest(subjectToken, { named: true, inbound, told: choices }), work);
  }

  /**
   * `fetch` with the token of the client whose longest `attachTo` prefix covers the address. An address that none
   * covers goes out untouched, unless `unmatched` is `refuse`.
   *
   * @throws {OutboundAuthError} if no token can be had, or the address doesn't say which of several clients to use.
   * @throws {OptionsError} if the call's parameters are not what `TokenParameters` says.
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

  /**
   * Sends a call of any transport, for adapters: see `OutgoingCall`.
   *
   * @param options Which client or tenant, and what the token is asked for with; false attaches nothing.
   * @throws {OutboundAuthError} as `fetch` does. What the call's own functions throw comes through as it is.
   * @throws {OptionsError} if the parameters are not what `TokenParameters` says.
   */
  abstract send<Result>(call: OutgoingCall<Result>, options?: CallOptions<Name> | false): Promise<Result>;

  /**
   * Gets the clients' own tokens, for a readiness probe: those that can be had without a user, all at once.
   *
   * @throws {OutboundAuthError} that tells of every client whose token can't be had.
   * @example
   * ```ts
   * import type { OutboundAuth } from '@outbound-auth/core';
   *
   * export async function isReady(auth: OutboundAuth): Promise<boolean> {
   *   return auth.warmUp({ signal: AbortSignal.timeout(2_000) }).then(
   *     () => true,
   *     () => false,
   *   );
   * }
   * ```
   */
  abstract warmUp(options?: WarmUpOptions<Name>): Promise<void>;

  /**
   * How the clients and their store are doing, for a status page; it shows no token and no secret, and asks nobody.
   *
   * @example
   * ```ts
   * import type { OutboundAuth } from '@outbound-auth/core';
   *
   * export const endsAt = (auth: OutboundAuth): number | undefined => auth.status().clients['billing']?.expiresAt;
   * ```
   */
  abstract status(): Status;

  /** Lets token requests under way end, then refuses new ones. Tokens in memory stay usable for calls that drain. */
  abstract close(): Promise<void>;

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** What a web framework's request carries: calls to other services. */
export type Outbound<Name extends string = ClientName> = Pick<OutboundAuth<Name>, 'client' | 'fetch' | 'tenant'>;
