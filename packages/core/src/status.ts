/** How a client is doing. It shows no token and no secret. Times in milliseconds since the epoch. */
export interface ClientStatus {
  /**
   * Of the client's own token: `none` was got yet, `valid`, `due` for renewal and still in use, `expired`. Users' tokens
   * are counted in `tokens` alone.
   */
  readonly token: 'none' | 'valid' | 'due' | 'expired';
  readonly obtainedAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  /** When its first use renews it. */
  readonly renewalDueAt?: number | undefined;
  /** How many tokens are kept in memory. */
  readonly tokens: number;
  /** Token requests since the start. */
  readonly requests: { readonly underWay: number; readonly succeeded: number; readonly failed: number };
  /** Until when nothing is requested for the whole client. */
  readonly heldBackUntil?: number | undefined;
  readonly lastError?: { readonly at: number; readonly code: string; readonly message: string } | undefined;
}

/** How the clients and their store are doing. */
export interface Status {
  /** By the names that the options give them; tenants' aren't among them. */
  readonly clients: Readonly<Record<string, ClientStatus>>;
  /** How many tenants are known just now. */
  readonly tenants: number;
  /** `skipped`: it failed or was too slow, and calls go on without it for a while. */
  readonly store: 'none' | 'up' | 'skipped';
}
