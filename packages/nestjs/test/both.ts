// Core and this package, for a test that loads a second copy of both.
export { createOutboundAuth, OutboundAuth } from '@outbound-auth/core';
export { getOutboundAuthToken, getOutboundClientToken, OutboundAuthModule } from '../src/index.ts';
