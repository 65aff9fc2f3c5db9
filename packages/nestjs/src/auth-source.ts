import type { OutboundAuth, OutboundAuthOptions } from '@outbound-auth/core';

/** What the application's `OutboundAuth` comes from: options, or a ready one, which stays its maker's to close. */
export type OutboundAuthSource = OutboundAuthOptions | OutboundAuth<string>;

/** Whether it is a ready one. Not by `instanceof`: it may come from another copy of core. */
export function isOutboundAuth(source: unknown): source is OutboundAuth<string> {
  return typeof source === 'object' && source !== null && 'client' in source && typeof source.client === 'function';
}
