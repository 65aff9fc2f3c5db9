import type { Outbound } from '@outbound-auth/core';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the types of Express are extended by this namespace
  namespace Express {
    interface Request {
      /** Calls to other services with their access tokens, from `outboundAuth()`. */
      outbound: Outbound;
    }
  }
}
