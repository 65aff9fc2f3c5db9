import type { OutboundAuthOptions } from '@outbound-auth/core';

/**
 * Returns its options as they are. TypeScript passes over misspelt options in what a factory returns; here it doesn't.
 *
 * @example
 * ```ts
 * import { ConfigService } from '@nestjs/config';
 * import { defineOutboundAuth } from '@outbound-auth/nestjs';
 *
 * export const options = (config: ConfigService) =>
 *   defineOutboundAuth({
 *     clients: {
 *       billing: {
 *         issuer: config.getOrThrow<string>('IDP'),
 *         clientId: 'orders-service',
 *         clientSecret: () => config.getOrThrow<string>('BILLING_SECRET'),
 *         attachTo: ['https://api.billing.example/v2'],
 *       },
 *     },
 *   });
 * ```
 */
export function defineOutboundAuth<Name extends string>(options: OutboundAuthOptions<Name>): OutboundAuthOptions<Name> {
  return options;
}
