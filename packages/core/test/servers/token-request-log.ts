/** A request that reached a token endpoint. */
export interface TokenRequest {
  /** Empty where the client wasn't found. */
  readonly clientId: string;
  readonly grantType: string;
  readonly status: number;
}

/** The token requests of one server. */
export class TokenRequestLog {
  readonly requests: TokenRequest[] = [];

  /** Counts those that are like this. */
  count({ clientId, grantType, status }: Partial<TokenRequest> = {}): number {
    return this.requests.filter(
      (request) =>
        (clientId ?? request.clientId) === request.clientId &&
        (grantType ?? request.grantType) === request.grantType &&
        (status ?? request.status) === request.status,
    ).length;
  }
}
