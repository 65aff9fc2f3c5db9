import * as fc from 'fast-check';
import { type ClientRequest, request } from 'node:http';
import { request as secureRequest, type RequestOptions } from 'node:https';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { addressesOf } from '../../src/upstream/destination.ts';

interface Place {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
}

/** Over no network, as http-proxy makes it. */
function made({ protocol, hostname, port }: Place, path: string, options: RequestOptions = {}): ClientRequest {
  const send = protocol === 'https:' ? secureRequest : request;
  const createConnection = (): Duplex =>
    new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const connected = port ?? (protocol === 'https:' ? 443 : 80);
  const outgoing = send({ protocol, hostname, port: connected, path, createConnection, ...options });
  outgoing.on('error', () => undefined).destroy();
  return outgoing;
}

function textOf({ protocol, hostname, port }: Place): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  return `${protocol}//${host}${port === undefined ? '' : `:${port}`}`;
}

const places: fc.Arbitrary<Place> = fc.record({
  protocol: fc.constantFrom('http:', 'https:'),
  hostname: fc.constantFrom('api.example', 'API.Example', 'api.example.', '127.0.0.1', '127.1', '::1', '2001:db8::1'),
  port: fc.option(fc.constantFrom(80, 443, 8080), { nil: undefined }),
});
const characters = ['.', '/', '\\', ';', ':', '@', '?', '#', '%2e', '%2f', '%5c', 'a', '1'];
const texts = fc.string({ unit: fc.constantFrom(...characters), maxLength: 12 });
const headers = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 12 });
const paths = texts.map((text) => `/${text}`);

/** The forms that a target comes in: a text, a URL, and parts, as a proxy has read or been given them. */
function targetsOf(place: Place): unknown[] {
  const text = textOf(place);
  const { protocol, hostname, port } = place;
  const read = { protocol, hostname, host: new URL(text).host, port: port === undefined ? null : String(port) };
  return [text, text.replace('http', 'ws'), new URL(text), { protocol, host: hostname, port }, read];
}

describe('the addresses of a proxy’s request', () => {
  it('are where it connects to, in whatever form the target is given', () => {
    fc.assert(
      fc.property(places, paths, (place, path) => {
        const expected = new URL(`${textOf(place)}${path}`).href;
        for (const target of targetsOf(place)) {
          const found = addressesOf(made(place, path), { target });
          expect(found instanceof Error ? found.message : found.map(({ href }) => href)).toEqual([expected, expected]);
        }
      }),
    );
  });

  it('are not known where it goes elsewhere than the target that the proxy tells', () => {
    fc.assert(
      fc.property(places, places, (place, other) => {
        fc.pre(new URL(textOf(place)).origin !== new URL(textOf(other)).origin);
        // The port is the one thing that a request doesn't show, so it's believed where all else is alike.
        fc.pre(place.protocol !== other.protocol || hostOf(place) !== hostOf(other));
        expect(addressesOf(made(place, '/v2'), { target: textOf(other) })).toBeInstanceOf(Error);
      }),
    );
  });

  it('are of the port that the proxy connects to, not the one that an address of its target tells', () => {
    const target = { href: 'http://api.example/v2', protocol: 'http:', hostname: 'api.example', port: '8080' };
    const outgoing = made({ protocol: 'http:', hostname: 'api.example', port: 8080 }, '/v2');
    expect(addressesOf(outgoing, { target })).toMatchObject([{ port: '8080' }, { port: '8080' }]);
  });

  it('are, in the second place, those of the Host header, whatever a caller writes there', () => {
    const place = { protocol: 'http:', hostname: 'api.example', port: undefined };
    fc.assert(
      fc.property(headers, paths, (header, path) => {
        const found = addressesOf(made(place, path, { headers: { host: header } }), { target: 'http://api.example' });
        const named = found instanceof Error ? undefined : found[1];
        if (/[@/\\?#%;]/.test(header)) expect(named).toBeUndefined();
        else if (named !== undefined) expect(named.href).toBe(new URL(`http://${header}${path}`).href);
      }),
    );
    const found = addressesOf(made(place, '/v2', { headers: { host: 'EVIL.example:81' } }), {
      target: 'http://api.example',
    });
    expect(found).toMatchObject([{ host: 'api.example' }, { host: 'evil.example:81' }]);
  });

  it.each([
    ['an absolute address in place of a path', made(placeOf(), 'http://evil.example/')],
    ['an asterisk', made(placeOf(), '*', { method: 'OPTIONS' })],
    ['a socket of the file system', made(placeOf(), '/', { socketPath: '/run/api.sock' })],
    ['TRACE', made(placeOf(), '/', { method: 'TRACE' })],
  ])('are not known for %s', (_what, outgoing) => {
    expect(addressesOf(outgoing, { target: 'http://api.example' })).toBeInstanceOf(Error);
  });

  it.each([
    [undefined, 'its listeners must be given all'],
    [{}, 'its listeners must be given all'],
    [{ target: 7 }, 'not the proxy'],
    [{ target: null }, 'not the proxy'],
    [{ target: {} }, 'not the proxy'],
    [{ target: { socketPath: '/run/api.sock' } }, 'not the proxy'],
    [{ target: 'no address' }, 'not the proxy'],
    [{ target: 'http://api.example', followRedirects: true }, 'take followRedirects out'],
  ])('are not known by the options %j', (options, message) => {
    const found = addressesOf(made(placeOf(), '/v2'), options);
    expect(found instanceof Error ? found.message : found).toContain(message);
  });
});

function placeOf(): Place {
  return { protocol: 'http:', hostname: 'api.example', port: undefined };
}

function hostOf({ hostname }: Place): string {
  return new URL(textOf({ protocol: 'http:', hostname, port: 80 })).hostname;
}
