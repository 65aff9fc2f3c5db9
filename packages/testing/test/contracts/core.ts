// Core, for tests that load a second copy of it.
export { createOutboundAuth, tokenExchange } from '@outbound-auth/core';
