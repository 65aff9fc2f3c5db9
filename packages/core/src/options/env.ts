/**
 * A secret that is read from an environment variable each time it is needed.
 *
 * @throws {Error} from the function it returns, while the variable is unset or empty.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 * });
 * ```
 */
export function env(name: string): () => string {
  return () => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
    return value;
  };
}
