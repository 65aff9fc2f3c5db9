export { outboundAuth, type OutboundAuthMiddleware } from './middleware.ts';
