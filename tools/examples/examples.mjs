/** The examples: which systems each calls, and what to ask it for. */
export const examples = {
  'nest-11': { upstreams: ['billing', 'shipping', 'ledger'], paths: ['/invoices', '/entries'] },
  'nest-12': { upstreams: ['flights', 'hotels', 'profile', 'partners'], paths: ['/flights/TXL/LIS', '/profile'] },
  express: { upstreams: ['billing', 'ledger'], paths: ['/invoices/open', '/billing/invoices', '/entries'] },
  koa: { upstreams: ['warehouse', 'images'], paths: ['/stock/7', '/images/7.png'] },
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
