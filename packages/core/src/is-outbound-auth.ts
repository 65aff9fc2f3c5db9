import { OptionsError } from './errors.ts';
import type { OutboundAuth } from './outbound-auth.ts';

/** What every copy of this package knows an `OutboundAuth` by. */
export const brand: unique symbol = Symbol.for('@outbound-auth/core/outbound-auth/v1');

/**
 * Whether a value is an `OutboundAuth`, also one of another copy of this package (ESM beside CommonJS).
 *
 * @example
 * ```ts
 * import { createOutboundAuth, isOutboundAuth, type OutboundAuth, type OutboundAuthOptions } from '@outbound-auth/core';
 *
 * export function authOf(source: OutboundAuth<string> | OutboundAuthOptions): OutboundAuth<string> {
 *   return isOutboundAuth(source) ? source : createOutboundAuth(source);
 * }
 * ```
 */
export function isOutboundAuth(value: unknown): value is OutboundAuth<string> {
  return typeof value === 'object' && value !== null && brand in value;
}

/**
 * Makes sure that an adapter was given an `OutboundAuth`.
 *
 * @param where The adapter's call as a user writes it, for the message.
 * @throws {OptionsError} if it was not.
 * @example
 * ```ts
 * import { assertOutboundAuth } from '@outbound-auth/core';
 *
 * export function middleware(auth: unknown): void {
 *   assertOutboundAuth(auth, 'middleware(auth)');
 * }
 * ```
 */
export function assertOutboundAuth(auth: unknown, where: string): asserts auth is OutboundAuth<string> {
  if (isOutboundAuth(auth)) return;
  throw new OptionsError([{ path: where, message: 'auth must be what createOutboundAuth() returns' }]);
}
