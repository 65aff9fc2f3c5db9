export { outboundAuth, type OutboundAuthMiddleware } from './middleware.ts';
export { upstreamAuth, type UpstreamAuthMiddleware } from './upstream-auth.ts';
