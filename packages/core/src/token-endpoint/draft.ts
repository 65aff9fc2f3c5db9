import type { SecretSource } from '../secret.ts';

/** A token request while it is put together: the grant and the client authentication add what they send. */
export interface TokenRequestDraft {
  /** The identifier of the client that asks. */
  readonly clientId: string;
  /** The members that will be sent; add to them. */
  readonly body: URLSearchParams;
  /** The headers that will be sent; add to them. */
  readonly headers: Headers;
  /** The token endpoint's address. */
  readonly tokenEndpoint: string;
  /** The authorization server's issuer identifier; undefined where only its token endpoint is known. */
  readonly issuer: string | undefined;
  /** The present time by the options' clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Reads a secret and keeps it out of every error and event. Use it for each secret. */
  readonly secret: (source: SecretSource) => Promise<string>;
  /** Reads what need not be a text, such as a key; a text among it is kept out of errors and events too. */
  readonly value: <Value>(source: Value | (() => Value | Promise<Value>)) => Promise<Value>;
}

/** Adds to a token request. */
export type FillDraft = (draft: TokenRequestDraft) => void | Promise<void>;
