import type { OutboundAuth, OutboundAuthOptions } from '@outbound-auth/core';

/** What the application's `OutboundAuth` comes from: options, or a ready one, which stays its maker's to close. */
export type OutboundAuthSource = OutboundAuthOptions | OutboundAuth<string>;
