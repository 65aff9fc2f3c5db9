import type { Outbound } from '@outbound-auth/core';

declare module 'koa' {
  interface ExtendableContext {
    /** Calls to other services with their access tokens, from `outboundAuth()`. */
    outbound: Outbound;
  }
}
