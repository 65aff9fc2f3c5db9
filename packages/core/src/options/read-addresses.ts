import { type AddressPrefix, parseAddressPrefix } from '../outgoing/attach-to.ts';
import { parseUrl } from '../parse-url.ts';
import { isSecure } from '../secure-address.ts';
import type { OptionReader } from '../option-reader.ts';

const insecure = 'must begin with https://, or tokens travel in the clear (loopback apart; or allowInsecureRequests)';

/** Reads the address of something at the authorization server. */
export function readServerUrl(
  reader: OptionReader,
  name: 'issuer' | 'tokenEndpoint' | 'revocationEndpoint',
  allowInsecureRequests: boolean,
): { readonly url: URL; readonly text: string } | undefined {
  const text = reader.text(name);
  if (text === undefined) return undefined;
  const url = parseUrl(text);
  if (url === undefined) {
    reader.refuse(name, `must be an absolute URL, such as https://idp.example.com${name === 'issuer' ? '' : '/token'}`);
    return undefined;
  }
  if (!isSecure(url, allowInsecureRequests)) reader.refuse(name, insecure);
  if (url.username !== '' || url.password !== '') {
    reader.refuse(name, 'must not hold user info (user:password@); use clientId and clientSecret');
  }
  if (url.hash !== '') reader.refuse(name, 'must not hold a fragment (#…)');
  if (name === 'issuer' && url.pathname.includes('/.well-known/')) {
    reader.refuse(name, 'is the address of its metadata; leave /.well-known/… out');
  }
  if (name === 'issuer' && url.search !== '') reader.refuse(name, 'must not hold a query (?…)');
  return { url, text };
}

export function readAttachTo(reader: OptionReader, allowInsecureRequests: boolean): AddressPrefix[] {
  const texts = reader.texts('attachTo');
  if (texts === undefined || texts.length === 0) {
    const what = texts === undefined ? 'missing' : 'empty';
    reader.refuse('attachTo', `is ${what}; list the address prefixes that the token may be sent to`);
  }
  return (texts ?? []).flatMap((text, index) => {
    // Refused already, where it was read.
    if (text === '') return [];
    try {
      const prefix = parseAddressPrefix(text);
      if (!isSecure(new URL(text), allowInsecureRequests)) throw new TypeError(insecure);
      return [prefix];
    } catch (error) {
      reader.refuseItem('attachTo', index, error instanceof Error ? error.message : String(error));
      return [];
    }
  });
}
