import type { OutboundAuth } from '@outbound-auth/core';

/** One outgoing call that the contract asks the adapter to make. */
export interface OutgoingCall {
  /** Always absolute. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text to send as such, or one to send as a stream that can be read only once. */
  readonly body?: string | { readonly stream: string };
  /** The per-call option `client`. */
  readonly client?: string;
  /** The per-call option `scope`. */
  readonly scope?: string;
  /** Switches the token off for this call (`outboundAuth: false`). */
  readonly token?: false;
}

/** What came back; a status of 400 and above is a result too, not a rejection. */
export interface OutgoingResult {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An adapter that has been wired up with an `OutboundAuth`. */
export interface AdapterUnderTest {
  /** Makes the call through the adapter; rejects with the adapter's own error where no answer came. */
  call(call: OutgoingCall): Promise<OutgoingResult>;
  close(): Promise<void>;
}

/** How the contract gets hold of an adapter. */
export interface AdapterHarness {
  /** For the title of the suite. */
  readonly name: string;
  start(auth: OutboundAuth<string>): Promise<AdapterUnderTest>;
}

/** The two functions that Vitest, Jest and `node:test` have in common. */
export interface ContractRunner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}
