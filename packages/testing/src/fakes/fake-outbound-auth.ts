import { OutboundAuth, type OutboundAuthError } from '@outbound-auth/core';
import type { RecordedCall } from './recorded-call.ts';

/** An `OutboundAuth` without servers. @see fakeOutboundAuth */
export abstract class FakeOutboundAuth<Name extends string = string> extends OutboundAuth<Name> {
  /** What was sent, the oldest first: plain data, and the same list for good. */
  abstract readonly calls: readonly RecordedCall[];

  /**
   * Lets nobody have a token of this client from here on.
   *
   * @param error What whoever asks gets, each a copy of it. Default: a `TokenRequestError` with the code
   * `token_endpoint_unreachable`, thus with the status 502.
   * @throws {OutboundAuthError} with the code `unknown_client`.
   */
  abstract fail(client: Name, error?: OutboundAuthError): void;

  /** Ends what `fail` began, for all clients. */
  abstract recover(): void;

  /** As it was made: for the next test. Forgets the calls, and the tokens too, and recovers. */
  abstract reset(): void;
}
