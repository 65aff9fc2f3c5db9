import type * as core from '@outbound-auth/core';

/** What a contract makes an auth with. */
export type ContractCore = Pick<typeof core, 'createOutboundAuth' | 'tokenExchange'>;
