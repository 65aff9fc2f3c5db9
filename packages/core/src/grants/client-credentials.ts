import { heldGrant } from './held-grant.ts';
import type { TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';

/**
 * The service's own token, for itself: the default grant.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 * @example
 * ```ts
 * import { clientCredentials, createOutboundAuth, env } from '@outbound-auth/core';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       tokenEndpoint: 'https://idp.example.com/token',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       grant: clientCredentials(),
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 * });
 * ```
 */
export function clientCredentials(): Grant {
  const type = 'client_credentials';
  return heldGrant({ type, connect: (endpoint: TokenEndpoint) => plainSource(endpoint, type) }, type);
}
