const asAda = `-H 'authorization: Bearer the-token-of-Ada'`;

/** The examples: which systems each calls, and what to ask it for by curl. */
export const examples = {
  'nest-11': { upstreams: ['billing', 'shipping', 'ledger'], calls: ['/invoices', '/health', `/entries ${asAda}`] },
  'nest-12': {
    upstreams: ['flights', 'hotels', 'profile', 'partners'],
    calls: ['/flights/TXL/LIS', '/ready', `/profile ${asAda}`, `/partners/acme -H 'x-tenant: acme'`],
  },
  express: { upstreams: ['billing', 'ledger'], calls: ['/invoices/open', '/billing/invoices', `/entries ${asAda}`] },
  koa: { upstreams: ['warehouse', 'images'], calls: [`/stock/7 -H 'x-shop: shoes'`, '/images/7.png'] },
};

/** What tells an example where everything is: one upstream system, behind an address for each that it calls. */
export function variablesFor(name, { server, api }) {
  const addresses = examples[name].upstreams.map((one) => [`${one.toUpperCase()}_URL`, `${api.origin}/${one}`]);
  return {
    IDP_ISSUER: server.issuer,
    IDP_CLIENT_ID: 'example',
    IDP_CLIENT_SECRET: 'a secret',
    ...Object.fromEntries(addresses),
  };
}
