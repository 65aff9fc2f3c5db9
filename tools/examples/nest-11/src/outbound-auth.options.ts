import type { ConfigService } from '@nestjs/config';
import { type OutboundAuthOptions, tokenExchange } from '@outbound-auth/core';
import { defineOutboundAuth } from '@outbound-auth/nestjs';

/** The systems that this service calls: whose tokens it gets, and where each may go. */
export function outboundAuthOptions(config: ConfigService): OutboundAuthOptions {
  const registration = {
    issuer: config.getOrThrow<string>('IDP_ISSUER'),
    clientId: config.getOrThrow<string>('IDP_CLIENT_ID'),
    clientSecret: () => config.getOrThrow<string>('IDP_CLIENT_SECRET'), // read at each use: it may be rotated
  };
  return defineOutboundAuth({
    clients: {
      billing: { ...registration, scope: 'invoices:read', attachTo: [config.getOrThrow<string>('BILLING_URL')] },
      shipping: { ...registration, scope: 'parcels', attachTo: [config.getOrThrow<string>('SHIPPING_URL')] },
      ledger: {
        ...registration,
        grant: tokenExchange(), // as the user whose request is being served
        attachTo: [config.getOrThrow<string>('LEDGER_URL')],
      },
    },
  });
}
