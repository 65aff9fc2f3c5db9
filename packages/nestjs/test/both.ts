// Core and this package, for tests that load a second copy of both.
export { createOutboundAuth, OutboundAuth, tokenExchange } from '@outbound-auth/core';
export {
  getOutboundAuthToken,
  getOutboundClientToken,
  InjectOutboundClient,
  OutboundAuthModule,
  UseOutboundClient,
} from '../src/index.ts';
