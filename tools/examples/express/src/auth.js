import { createOutboundAuth, env, tokenExchange } from '@outbound-auth/core';

/** The systems that this service calls. */
export function createAuth() {
  const registration = {
    issuer: process.env.IDP_ISSUER,
    clientId: 'orders-gateway',
    clientSecret: env('IDP_CLIENT_SECRET'),
  };
  return createOutboundAuth({
    clients: {
      billing: { ...registration, scope: 'invoices:read', attachTo: [process.env.BILLING_URL] },
      ledger: { ...registration, grant: tokenExchange(), attachTo: [process.env.LEDGER_URL] },
    },
  });
}
