import { inspect, type InspectOptions } from 'node:util';
import { jwtClaims } from '../jwt-claims.ts';

/**
 * An access token that shows itself only when asked: not to loggers, inspectors, `JSON.stringify` or `structuredClone`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-1.4
 * @example
 * ```ts
 * import type { OutboundAuth } from '@outbound-auth/core';
 *
 * async function connect(auth: OutboundAuth): Promise<WebSocket> {
 *   const token = await auth.client('billing').getAccessToken();
 *   return new WebSocket(`wss://billing.example/feed?access_token=${encodeURIComponent(token.value)}`);
 * }
 * ```
 */
export abstract class AccessToken {
  /** The token itself. */
  abstract readonly value: string;
  /** The value of an `Authorization` header: scheme and token. */
  abstract readonly authorization: string;
  /** The scheme that it is sent with. */
  abstract readonly tokenType: TokenType;
  /** When it was asked for, in milliseconds since the epoch: before the token request was sent. */
  abstract readonly obtainedAt: number;
  /** When it ends, in milliseconds since the epoch, counted from `obtainedAt`. */
  abstract readonly expiresAt: number;
  /** What was granted, separated by spaces; absent if neither asked for nor told. */
  abstract readonly scope: string | undefined;

  /**
   * The token's claims where it is a JWT, unverified: they are for the API that it was issued to, and good for a look.
   * Undefined for any other token.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9068
   */
  abstract claims(): Readonly<Record<string, unknown>> | undefined;

  /**
   * The value of a `DPoP` header for one request with this token; undefined for a Bearer token, which needs none. For
   * transports of your own: `fetch` and the adapters send it by themselves.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9449#section-4
   */
  abstract proof(method: string, url: string | URL): Promise<string | undefined>;
}

/** The scheme that a token is sent with: RFC 6750 or RFC 9449. */
export type TokenType = 'Bearer' | 'DPoP';

/** Makes a DPoP proof for one request, with an access token or for one. */
export type Prove = (method: string, url: URL, accessToken?: string) => Promise<string>;

/** What a token is made of. */
export interface AccessTokenMembers {
  readonly value: string;
  /** In milliseconds since the epoch. */
  readonly obtainedAt: number;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly scope?: string | undefined;
  /** Makes it a DPoP token, bound to the key that proves. */
  readonly prove?: Prove | undefined;
}

// The value is private, and its getter stands on the prototype: nothing that lists a token's members meets it.
export class HeldAccessToken extends AccessToken {
  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: inspectToken });
  }

  readonly #value: string;
  readonly #authorization: string;
  readonly #prove: Prove | undefined;
  readonly tokenType: TokenType;
  readonly obtainedAt: number;
  readonly expiresAt: number;
  readonly scope: string | undefined;

  constructor(members: AccessTokenMembers) {
    super();
    this.tokenType = members.prove === undefined ? 'Bearer' : 'DPoP';
    this.#value = members.value;
    this.#authorization = `${this.tokenType} ${members.value}`;
    this.#prove = members.prove;
    this.obtainedAt = members.obtainedAt;
    this.expiresAt = members.expiresAt;
    this.scope = members.scope;
  }

  get value(): string {
    return this.#value;
  }

  get authorization(): string {
    return this.#authorization;
  }

  claims(): Readonly<Record<string, unknown>> | undefined {
    return jwtClaims(this.#value);
  }

  async proof(method: string, url: string | URL): Promise<string | undefined> {
    return this.#prove?.(method, new URL(url), this.#value);
  }
}

// With `showHidden` and `getters`, an inspector would run the getters of the prototype.
function inspectToken(this: AccessToken, _depth: number, options: InspectOptions): string {
  const { tokenType, obtainedAt, expiresAt, scope } = this;
  const dates = { obtainedAt: new Date(obtainedAt), expiresAt: new Date(expiresAt) };
  return `AccessToken ${inspect({ tokenType, ...dates, scope }, options)}`;
}
