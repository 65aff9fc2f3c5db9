export { outboundAuth, type OutboundAuthMiddleware, type OutboundAuthMiddlewareOptions } from './middleware.ts';
export { upstreamAuth, type UpstreamAuthMiddleware } from './upstream-auth.ts';
