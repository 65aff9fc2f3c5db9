import type { CertificateAndKey } from '../certificate.ts';
import type { TokenParameters } from '../options/options.ts';

/** What a call may choose for itself. */
export interface CallOptions<Name extends string = string> extends TokenParameters {
  /** The client to use, where the address alone doesn't say: two clients with equal `attachTo` prefixes. */
  readonly client?: Name | undefined;
  /** The tenant whose client to use, as `resolveClient` knows it. Instead of `client`. */
  readonly tenant?: string | undefined;
}

/** One request as it is to be sent: the call's own, or the next after a redirect or a refused token. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Whether the call's body goes along. */
  readonly body: boolean;
  /** Names, in lower case, of the call's own headers that don't go along. */
  readonly removed: ReadonlySet<string>;
  /** Headers to set on top of the call's own; names in lower case. */
  readonly attached: Readonly<Record<string, string>>;
  /** Names, in lower case, of headers that stay inside `attachTo` whoever has set them: the client's own, an API key. */
  readonly confidential: readonly string[];
  /** The certificate that the connection has to show, for the token may be bound to it (RFC 8705). */
  readonly certificate?: CertificateAndKey | undefined;
  /**
   * Whether `attached` may go to another address too, for transports that follow redirects themselves: to be asked before
   * each of them. Once it has said no, it says no to all that follow.
   */
  mayAttach(url: URL): boolean;
  /** Whether `mayAttach` has said no: then what came back says nothing about the token. */
  hasLeft(): boolean;
}

/**
 * An outgoing call, seen from an adapter: what it is, how its hops are sent, and how its responses are read. What to
 * attach, what a 401 means and where a redirect may lead is decided by `OutboundAuth.send`.
 *
 * @example
 * ```ts
 * import type { OutboundAuth, OutgoingCall } from '@outbound-auth/core';
 *
 * function get(auth: OutboundAuth, url: URL): Promise<Response> {
 *   const call: OutgoingCall<Response> = {
 *     url,
 *     method: 'GET',
 *     headers: new Headers(),
 *     body: 'none',
 *     redirect: 'follow',
 *     transmit: (hop) => fetch(hop.url, { method: hop.method, headers: hop.attached, redirect: 'manual' }),
 *     status: (response) => response.status,
 *     header: (response, name) => response.headers.get(name),
 *     discard: (response) => response.body?.cancel(),
 *   };
 *   return auth.send(call);
 * }
 * ```
 */
export interface OutgoingCall<Result> {
  readonly url: URL;
  readonly method: string;
  /** The call's own headers, asked by lower-case name: what the caller has set is left alone. */
  readonly headers: { has(name: string): boolean };
  /** Whether there is a body, and whether it can be sent a second time, byte for byte (`isReplayable`). */
  readonly body: 'none' | 'replayable' | 'once';
  /** `follow`: redirects are followed here. `manual`: they are the transport's, or handed on. */
  readonly redirect: 'follow' | 'manual';
  /** Ends the wait for a token. The transport heeds it by itself. */
  readonly signal?: AbortSignal | undefined;
  /** Sends one request. */
  transmit(hop: Hop): Promise<Result>;
  status(response: Result): number;
  /** A response header by lower-case name. */
  header(response: Result, name: string): string | null | undefined;
  /** Frees a response that nobody will read. */
  discard(response: Result): unknown;
}
