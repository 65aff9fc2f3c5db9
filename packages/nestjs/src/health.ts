import type { ErrorCode, Status } from '@outbound-auth/core';

/** What `OutboundAuthHealthIndicator.isHealthy` is asked for. */
export interface OutboundAuthHealthOptions {
  /** The clients whose tokens are needed. Default: all. Those that act for users have none of their own, and are up. */
  readonly clients?: readonly string[] | undefined;
  /** The `name` of the instance, where the application has several. Default: the one without a name. */
  readonly auth?: string | undefined;
  /** How long tokens are waited for, in seconds; they are got on behind it. Default: 1, which Kubernetes gives a probe. */
  readonly timeout?: number | undefined;
}

/** How one client is doing: where it is down, by the `code` of its error, or by `timeout`. */
export type OutboundClientHealth =
  { readonly status: 'up' } | { readonly status: 'down'; readonly code: ErrorCode | 'timeout' };

/** What Terminus takes as the result of an indicator. It shows no token, no secret and no address. */
export interface OutboundAuthHealth {
  /** `down` where the token of one of the clients can't be had. */
  readonly status: 'up' | 'down';
  /** By their names. */
  readonly clients: Readonly<Record<string, OutboundClientHealth>>;
  /** `skipped` where the store fails, which calls do without. */
  readonly store: Status['store'];
}
