import type { OutboundAuth } from '@outbound-auth/core';
import type { ContractCore } from './core.ts';

/** One outgoing call that the contract asks the adapter to make. */
export interface ContractCall {
  /** Always absolute. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: string;
  /** The caller's own; default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A text to send as such, or one to send as a stream that can be read only once. */
  readonly body?: string | { readonly stream: string };
  /** The per-call option `client`. */
  readonly client?: string;
  /** The per-call option `scope`. */
  readonly scope?: string;
  /** Switches the token off for this call (`outboundAuth: false`). */
  readonly token?: false;
  /**
   * Whose work it is. The contract makes the call inside `auth.withSubjectToken`; an application that is served gets it as
   * its request's bearer token. Default: nobody's.
   */
  readonly subjectToken?: string;
}

/** What came back; a status of 400 and above is a result too, not a rejection. */
export interface ContractResult {
  /** The HTTP status of the answer. */
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, as text (UTF-8). */
  readonly body: string;
}

/** An adapter that has been wired up with an `OutboundAuth`. */
export interface AdapterUnderTest {
  /** Makes the call through the adapter; rejects with the adapter's own error where no answer came. */
  call(call: ContractCall): Promise<ContractResult>;
  /** Ends what `start` began. */
  close(): Promise<void>;
}

/** How the contract gets hold of an adapter. */
export interface AdapterHarness {
  /** For the title of the suite. */
  readonly name: string;
  /** True where its calls go by the global `fetch`, as mocks replace it; default false. */
  readonly byFetch?: boolean;
  /**
   * Loads another copy of core, as processes have it where ESM and CommonJS meet: a module of the other kind, or the same
   * after `vi.resetModules()`. Without it, that is not proved.
   */
  readonly otherCore?: () => Promise<ContractCore>;
  /** Wires up the adapter; the `auth` belongs to the suite, which closes it. */
  start(auth: OutboundAuth<string>): Promise<AdapterUnderTest>;
}

/** The two functions that Vitest, Jest and `node:test` have in common. */
export interface ContractRunner {
  /** Groups tests under a title. */
  describe(title: string, body: () => void): unknown;
  /** Defines a test; it fails when its promise rejects. Where it may take its time, it says how long, in milliseconds. */
  it(title: string, body: () => Promise<void>, timeout?: number): unknown;
}

/** How long a test may take on a machine that has much else to do, in milliseconds: more than runners allow by default. */
export const patience = 30_000;
