import { type OutboundAuth, outboundFor, type ServingOptions } from '@outbound-auth/core';
import type { IncomingMessage } from 'node:http';
import './augmentation.ts';

/** A request as the types of Express 4 and 5 both know it. */
export interface ExpressRequest extends IncomingMessage, Express.Request {}

/** A middleware as Express 4 and 5 take it. */
export type OutboundAuthMiddleware<Request extends ExpressRequest = ExpressRequest> = (
  request: Request,
  response: unknown,
  next: (error?: unknown) => void,
) => void;

/**
 * Express middleware that gives each request `req.outbound`: `fetch` and clients that attach access tokens. Grants that
 * act on behalf of a user find the request's own bearer token, so mount it after authentication.
 *
 * In Express 4 the rejection of an async handler reaches nobody: end it with `.catch(next)`. Express 5 passes it on.
 *
 * @throws {OptionsError} if `auth` is not what `createOutboundAuth()` returns, or an option is not what it should be.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { outboundAuth } from '@outbound-auth/express';
 * import express from 'express';
 *
 * const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 * });
 *
 * export const app = express();
 * app.use(outboundAuth(auth));
 * app.get('/invoices', async (req, res) => {
 *   const invoices = await req.outbound.fetch('https://api.billing.example/v2/invoices');
 *   res.status(invoices.status).json(await invoices.json());
 * });
 * ```
 */
export function outboundAuth<Request extends ExpressRequest = ExpressRequest>(
  auth: OutboundAuth<string>,
  options?: ServingOptions<Request>,
): OutboundAuthMiddleware<Request> {
  const serving = outboundFor(auth, 'outboundAuth(auth)', options);
  return (request, _response, next) => {
    const served = serving(request.headers.authorization, request, request);
    request.outbound = served.outbound;
    served.run(next);
  };
}
