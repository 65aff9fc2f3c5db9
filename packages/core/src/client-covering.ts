import type { Client } from './client.ts';
import { OutboundAuthError } from './errors.ts';
import { type AddressPrefix, addressOf } from './outgoing/attach-to.ts';
import { showUrl } from './redact.ts';

/**
 * The client with the longest prefix that covers an address; undefined where none does.
 *
 * @throws {OutboundAuthError} with the code `ambiguous_client` where several do alike.
 */
export function clientCovering(
  clients: Iterable<Client>,
  url: URL,
): { readonly client: Client; readonly prefix: AddressPrefix } | undefined {
  const address = addressOf(url);
  let longest = -1;
  let found: { readonly client: Client; readonly prefix: AddressPrefix }[] = [];
  for (const client of clients) {
    const prefix = address && client.prefixOf(address);
    if (prefix === undefined || prefix.segments.length < longest) continue;
    if (prefix.segments.length > longest) found = [];
    found.push({ client, prefix });
    longest = prefix.segments.length;
  }
  if (found.length < 2) return found[0];
  const names = found.map(({ client }) => `'${client.name}'`).join(' and ');
  const message = `the clients ${names} cover ${showUrl(url)} alike: name one in the call (outboundAuth: { client: … })`;
  throw new OutboundAuthError(message, { code: 'ambiguous_client' });
}
