import { randomUUID } from 'node:crypto';

/** A token that the server gave out. */
export interface IssuedToken {
  /** The token itself. */
  readonly accessToken: string;
  /** Who asked for it; empty where the request named nobody. */
  readonly clientId: string;
  /** As asked for; empty without one. */
  readonly scope: string;
  /** The moment it ends, in milliseconds since the epoch by the server's clock. */
  readonly expiresAt: number;
}

/** Remembers the tokens of one server, and which of them are still good. */
export class TokenRegistry {
  readonly issued: IssuedToken[] = [];
  readonly #active = new Map<string, IssuedToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(clientId: string, scope: string, lifetime: number, text?: string): IssuedToken {
    const accessToken = text ?? `token-${this.issued.length + 1}-${randomUUID()}`;
    const token = { accessToken, clientId, scope, expiresAt: this.#now() + lifetime * 1000 };
    this.issued.push(token);
    this.#active.set(accessToken, token);
    return token;
  }

  isActive(accessToken: string): boolean {
    const token = this.#active.get(accessToken);
    return token !== undefined && this.#now() < token.expiresAt;
  }

  revoke(accessToken: string): void {
    // Without this a slip in a test (an undefined, another server's token) would pass as a revocation.
    if (!this.issued.some((token) => token.accessToken === accessToken)) {
      throw new Error('revoke: this server never issued that token; take one from its issuedTokens');
    }
    this.end(accessToken);
  }

  /** Whether it was ever issued or not. */
  end(accessToken: string): void {
    this.#active.delete(accessToken);
  }

  revokeAll(): void {
    this.#active.clear();
  }
}
