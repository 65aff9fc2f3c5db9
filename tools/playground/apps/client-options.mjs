/** The options that the four apps have in common; each is a client of its own. */
export function clientOptions(name, { issuer, secrets, api }) {
  return {
    issuer,
    clientId: name,
    clientSecret: secrets[name],
    scope: 'invoices:read',
    resource: api,
    attachTo: [`${api}/${name}`],
    // Of 5 s this makes a renewal due 2.75 to 3 s after the last token request. With ten rounds 0.8 s apart (0 to 7.2 s)
    // those at 3.2 and 6.4 s renew. The default, a quarter, would make it 3.5 to 3.75 s: a single renewal to be seen.
    renewalMarginShare: 0.4,
  };
}
