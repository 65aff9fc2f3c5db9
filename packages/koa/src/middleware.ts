import { type OutboundAuth, outboundFor, type ServingOptions } from '@outbound-auth/core';
import type { ExtendableContext, Next, ParameterizedContext } from 'koa';
import './augmentation.ts';

/** A middleware as Koa 2 and 3 take it. */
export type OutboundAuthMiddleware<Context extends ExtendableContext = ParameterizedContext> = (
  context: Context,
  next: Next,
) => Promise<unknown>;

/**
 * Koa middleware that gives each context `ctx.outbound`: `fetch` and clients that attach access tokens. Grants that act
 * on behalf of a user find the request's own bearer token, so mount it after authentication.
 *
 * @throws {OptionsError} if `auth` is not what `createOutboundAuth()` returns, or an option is not what it should be.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 * import { outboundAuth } from '@outbound-auth/koa';
 * import Koa from 'koa';
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
 * export const app = new Koa();
 * app.use(outboundAuth(auth));
 * app.use(async (ctx) => {
 *   const invoices = await ctx.outbound.fetch('https://api.billing.example/v2/invoices');
 *   ctx.status = invoices.status;
 *   ctx.body = await invoices.json();
 * });
 * ```
 */
export function outboundAuth<Context extends ExtendableContext = ParameterizedContext>(
  auth: OutboundAuth<string>,
  options?: ServingOptions<Context>,
): OutboundAuthMiddleware<Context> {
  const serving = outboundFor(auth, 'outboundAuth(auth)', options);
  return (context, next) => {
    const served = serving(context.req.headers.authorization, context, context.req);
    context.outbound = served.outbound;
    return served.run(next);
  };
}
