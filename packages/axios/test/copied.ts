export { createOutboundAuth, isOutboundAuthError, tokenExchange } from '@outbound-auth/core';
export { attachOutboundAuth } from '../src/index.ts';
