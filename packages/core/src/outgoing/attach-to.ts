import { parseUrl } from '../parse-url.ts';

/** An address prefix that a token may be sent to: an origin and the segments of a path. */
export interface AddressPrefix {
  readonly origin: string;
  readonly segments: readonly string[];
}

// Servers decode these differently: what one takes for one segment, another takes for a way up and out (`..%2fadmin`,
// `..;/`, `%5c`). So an address with any of them is covered by nothing.
const encodedSeparator = /%2f|%5c|(?:;|%3b)\/|\/(?:\.|%2e){1,2}(?:;|%3b)/i;

/** The prefix of an `attachTo` entry. @throws {TypeError} that says what is wrong with the text. */
export function parseAddressPrefix(text: string): AddressPrefix {
  const url = parseUrl(text);
  if (url === undefined) throw new TypeError('must be an absolute URL, such as https://api.example.com/v2');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('must begin with https://');
  if (url.username !== '' || url.password !== '') throw new TypeError('must not hold user info (user:password@)');
  if (url.search !== '' || url.hash !== '')
    throw new TypeError('must not hold a query or a fragment: only paths are matched');
  if (text.includes('*')) throw new TypeError('must not hold a wildcard: list each prefix');
  const prefix = addressOf(url);
  if (prefix === undefined) throw new TypeError('must not hold encoded separators (%2f, %5c, ;/)');
  // A trailing slash says nothing more: `/v2/` and `/v2` cover the same addresses.
  return prefix.segments.at(-1) === '' ? { ...prefix, segments: prefix.segments.slice(0, -1) } : prefix;
}

/** An address in the form that prefixes are compared with; undefined if no prefix can ever cover it. */
export function addressOf(url: URL): AddressPrefix | undefined {
  if (encodedSeparator.test(url.pathname)) return undefined;
  // `URL` has dealt with case, default ports, IDN, backslashes, `..` and `%2e%2e`; a trailing dot it leaves.
  const host = url.hostname.replace(/\.+$/, '');
  const port = url.port === '' ? '' : `:${url.port}`;
  return { origin: `${url.protocol}//${host}${port}`, segments: url.pathname.split('/').slice(1) };
}

/** Whether a prefix covers an address: the same origin, and its path by whole segments. */
function covers(prefix: AddressPrefix, address: AddressPrefix): boolean {
  return (
    prefix.origin === address.origin &&
    prefix.segments.length <= address.segments.length &&
    prefix.segments.every((segment, index) => segment === address.segments[index])
  );
}

/** The longest of these prefixes that covers an address, if any does. */
export function longestPrefix(prefixes: readonly AddressPrefix[], address: AddressPrefix): AddressPrefix | undefined {
  let longest: AddressPrefix | undefined;
  for (const prefix of prefixes) {
    if (prefix.segments.length > (longest?.segments.length ?? -1) && covers(prefix, address)) longest = prefix;
  }
  return longest;
}
