export { outboundAuth, type OutboundAuthMiddleware, type OutboundAuthMiddlewareOptions } from './middleware.ts';
