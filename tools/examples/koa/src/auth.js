import { createOutboundAuth, env } from '@outbound-auth/core';

const { IDP_ISSUER: issuer, IMAGES_URL, WAREHOUSE_URL } = process.env;
const clientSecret = env('IDP_CLIENT_SECRET');

export const auth = createOutboundAuth({
  clients: { images: { issuer, clientId: 'storefront', clientSecret, attachTo: [IMAGES_URL] } },
  // In life from a database, for the shops that there are.
  resolveClient: (shop) =>
    /^[a-z]+$/.test(shop) ? { issuer, clientId: `shop-${shop}`, clientSecret, attachTo: [WAREHOUSE_URL] } : undefined,
});
