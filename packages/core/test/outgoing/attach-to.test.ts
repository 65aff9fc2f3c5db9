import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, longestPrefix, parseAddressPrefix } from '../../src/outgoing/attach-to.ts';

/** Whether these `attachTo` entries cover an address. */
function covered(attachTo: string | readonly string[], url: string): boolean {
  const address = addressOf(new URL(url));
  const prefixes = [attachTo].flat().map((text) => parseAddressPrefix(text));
  return address !== undefined && longestPrefix(prefixes, address) !== undefined;
}

describe('a prefix covers', () => {
  it.each([
    ['itself', 'https://api.example/v2', 'https://api.example/v2'],
    ['what is below it', 'https://api.example/v2', 'https://api.example/v2/invoices/7?page=2#top'],
    ['itself with a slash at the end', 'https://api.example/v2', 'https://api.example/v2/'],
    ['itself without the slash that the entry has', 'https://api.example/v2/', 'https://api.example/v2'],
    ['a whole host', 'https://api.example', 'https://api.example/anything'],
    ['the default port by name', 'https://api.example:443', 'https://api.example/x'],
    ['any case of scheme and host', 'https://API.example/v2', 'HTTPS://api.EXAMPLE/v2/x'],
    ['a host with a trailing dot', 'https://api.example/v2', 'https://api.example./v2/x'],
    ['an international name in either form', 'https://bücher.example', 'https://xn--bcher-kva.example/x'],
    ['a path that leads back into it', 'https://api.example/v2', 'https://api.example/v1/../v2/x'],
  ])('%s', (_what, attachTo, url) => {
    expect(covered(attachTo, url)).toBe(true);
  });
});

describe('E21 a prefix does not cover', () => {
  it.each([
    ['a sibling that begins alike', 'https://api.example/v2x'],
    ['a sibling', 'https://api.example/v1'],
    ['what is above it', 'https://api.example/'],
    ['another case of the path', 'https://api.example/V2/x'],
    ['another scheme', 'http://api.example/v2/x'],
    ['another port', 'https://api.example:8443/v2/x'],
    ['another host', 'https://api.example.evil.example/v2/x'],
    ['a subdomain', 'https://a.api.example/v2/x'],
    ['a host named as user info', 'https://api.example@evil.example/v2/x'],
    ['a host named as password', 'https://x:api.example@evil.example/v2/x'],
    ['a way out by ..', 'https://api.example/v2/../admin'],
    ['a way out by %2e%2e', 'https://api.example/v2/%2e%2e/admin'],
    ['a way out by .%2E', 'https://api.example/v2/.%2E/admin'],
    ['a way out by a backslash', 'https://api.example/v2\\..\\admin'],
    ['an empty first segment', 'https://api.example//v2/x'],
    ['an empty segment before a host', 'https://api.example//evil.example/v2'],
    ['an escaped letter', 'https://api.example/%762/x'],
  ])('%s', (_what, url) => {
    expect(covered('https://api.example/v2', url)).toBe(false);
  });

  it('what a protocol-relative reference leads to', () => {
    expect(covered('https://api.example/v2', new URL('//evil.example/v2', 'https://api.example/v2/').href)).toBe(false);
  });
});

describe('E52 an encoded separator takes an address out of', () => {
  it.each([
    '..%2fadmin',
    '..%2Fadmin',
    '..%5cadmin',
    '..;/admin',
    'a;/b',
    '..;x=1/admin',
    '%2e%2e;x/admin',
    '%2E.;',
    '..%3b/admin',
    'a%3B/b',
  ])('every prefix: /v2/%s', (path) => {
    expect(covered('https://api.example/v2', `https://api.example/v2/${path}`)).toBe(false);
    expect(covered('https://api.example', `https://api.example/v2/${path}`)).toBe(false);
  });

  it('no address that has it in the query alone', () => {
    expect(covered('https://api.example/v2', 'https://api.example/v2/x?path=..%2fadmin;/')).toBe(true);
  });

  it('no address that has a semicolon inside a segment', () => {
    expect(covered('https://api.example/v2', 'https://api.example/v2/x;version=1')).toBe(true);
  });
});

describe('the longest prefix', () => {
  it('wins, whatever the order', () => {
    const prefixes = ['https://api.example', 'https://api.example/v2/a', 'https://api.example/v2'].map(
      parseAddressPrefix,
    );
    const address = addressOf(new URL('https://api.example/v2/a/b'));
    expect(address && longestPrefix(prefixes, address)?.segments).toEqual(['v2', 'a']);
  });
});

describe('an attachTo entry is refused', () => {
  it.each([
    ['api.example/v2', 'must be an absolute URL'],
    ['ftp://api.example/v2', 'must begin with https://'],
    ['https://user:secret@api.example', 'must not hold user info'],
    ['https://api.example/v2?x=1', 'must not hold a query'],
    ['https://api.example/v2#x', 'must not hold a query or a fragment'],
    ['https://*.api.example', 'wildcard'],
    ['https://api.example/v2/..%2fx', 'encoded separators'],
  ])('%s', (entry, message) => {
    expect(() => parseAddressPrefix(entry)).toThrow(message);
  });
});

describe('E21 by any URL that a client could be given', () => {
  const segment = fc.oneof(
    fc.constantFrom('v2', '..', '.', '%2e%2e', '%2e', '', 'a', 'v2x', '..;', '%2f', '\\', 'x@y', ' ', '%00', '?', '#'),
    fc.string({ maxLength: 5 }),
  );
  const url = fc
    .tuple(
      fc.constantFrom('https://api.example', 'https://api.example:443', 'https://api.example.', 'https://evil.example'),
      fc.array(segment, { maxLength: 6 }),
    )
    .map(([origin, segments]) => `${origin}/${segments.join('/')}`)
    .filter((text) => URL.canParse(text));

  it('only what a strict server sees below /v2 of that very host is covered', () => {
    fc.assert(
      fc.property(url, (text) => {
        if (!covered('https://api.example/v2', text)) return;
        const seen = new URL(text);
        expect(seen.hostname.replace(/\.$/, '')).toBe('api.example');
        // As a server that decodes early would walk the path.
        const walked: string[] = [];
        for (const part of decodeLenient(seen.pathname).split(/[/\\]/)) {
          const [name] = part.split(';');
          if (name === '..') walked.pop();
          else if (name !== '' && name !== '.' && name !== undefined) walked.push(name);
        }
        expect(walked[0]).toBe('v2');
      }),
      { numRuns: 2_000 },
    );
  });
});

function decodeLenient(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escaped) => String.fromCharCode(Number.parseInt(escaped.slice(1), 16)));
}
