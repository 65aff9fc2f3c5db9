import { inspect, type InspectOptions } from 'node:util';

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
  abstract readonly tokenType: 'Bearer';
  /** When it was asked for, in milliseconds since the epoch: before the token request was sent. */
  abstract readonly obtainedAt: number;
  /** When it ends, in milliseconds since the epoch, counted from `obtainedAt`. */
  abstract readonly expiresAt: number;
  /** What was granted, separated by spaces; absent if neither asked for nor told. */
  abstract readonly scope: string | undefined;
}

/** What a token is made of. */
export interface AccessTokenMembers {
  readonly value: string;
  /** In milliseconds since the epoch. */
  readonly obtainedAt: number;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly scope?: string | undefined;
}

// The value is private, and its getter stands on the prototype: nothing that lists a token's members meets it.
export class HeldAccessToken extends AccessToken {
  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: inspectToken });
  }

  readonly #value: string;
  readonly #authorization: string;
  readonly tokenType = 'Bearer';
  readonly obtainedAt: number;
  readonly expiresAt: number;
  readonly scope: string | undefined;

  constructor(members: AccessTokenMembers) {
    super();
    this.#value = members.value;
    this.#authorization = `Bearer ${members.value}`;
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
}

// With `showHidden` and `getters`, an inspector would run the getters of the prototype.
function inspectToken(this: AccessToken, _depth: number, options: InspectOptions): string {
  const { tokenType, obtainedAt, expiresAt, scope } = this;
  const dates = { obtainedAt: new Date(obtainedAt), expiresAt: new Date(expiresAt) };
  return `AccessToken ${inspect({ tokenType, ...dates, scope }, options)}`;
}
