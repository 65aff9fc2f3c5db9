/** How a client's tokens live. All times in seconds. */
export interface TokenLifeOptions {
  /** How long one token request may take, discovery included, in seconds. Default: 4. */
  readonly requestTimeout?: number | undefined;
  /**
   * How long a call waits for a token, further attempts included, in seconds. Default: 10, or 2.5 times `requestTimeout` if
   * that is longer.
   */
  readonly waitTimeout?: number | undefined;
  /** How often a token request is sent while callers wait and the endpoint is in trouble. Default: 3. */
  readonly attempts?: number | undefined;
  /** How many token requests may be under way at a time; the next fails with the code `too_many_requests`. Default: 50. */
  readonly maxTokenRequests?: number | undefined;
  /** A token's lifetime where the server tells none, in seconds. Default: 300. */
  readonly defaultLifetime?: number | undefined;
  /** A token is not handed out any more with less than this left, in seconds… Default: 30. */
  readonly expiryMargin?: number | undefined;
  /** …or less than this share of its lifetime, whichever is shorter. Default: 0.05. */
  readonly expiryMarginShare?: number | undefined;
  /** A token is renewed by its first use with less than this left, in seconds… Default: 300. */
  readonly renewalMargin?: number | undefined;
  /** …or less than this share of its lifetime, whichever is shorter. Default: 0.25. */
  readonly renewalMarginShare?: number | undefined;
  /** Renewal is due earlier by a random share of the lifetime up to this. Default: 0.05. */
  readonly renewalJitter?: number | undefined;
  /**
   * `background`: nobody waits for a renewal. `foreground`: the call that finds it due does, for processes that are
   * frozen between calls. Default: `background`.
   */
  readonly renewal?: 'background' | 'foreground' | undefined;
  /** Renews the client's own token when that is due, used or not, once it was first got. Default: false. */
  readonly keepWarm?: boolean | undefined;
  /** How many tokens the memory cache keeps, the client's own apart. Default: 10,000. */
  readonly memoryCacheSize?: number | undefined;
  /** False keeps this client's tokens in the process, whatever `store` the others share. */
  readonly store?: false | undefined;
}
