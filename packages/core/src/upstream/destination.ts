import type { ClientRequest } from 'node:http';
import { isObject } from '../option-reader.ts';
import { parseUrl } from '../parse-url.ts';

/** Of a proxy's own options, what tells where a request goes. */
export interface ProxyOptions {
  /** Where it leads: a text, a URL, or the parts of one. */
  readonly target?: unknown;
  /** Whether redirects are followed, which takes the token along. */
  readonly followRedirects?: unknown;
}

// A URL forgives more than a server may: `@api.example`, `api.example/`, `api%2eexample`.
const plainHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/** The addresses of a proxy's request, the second being its `Host` header's; or what keeps them from being known. */
export function addressesOf(
  outgoing: ClientRequest,
  options: ProxyOptions | undefined,
): readonly [connected: URL, named: URL] | Error {
  const given: {
    readonly protocol?: unknown;
    readonly host?: unknown;
    readonly path?: unknown;
    readonly socketPath?: unknown;
  } = outgoing;
  const { protocol, host, path } = given;
  // The answer holds the request's own headers: see RFC 9110 §9.3.8.
  if (outgoing.method === 'TRACE') return new Error('the answer to a TRACE would tell the caller the token');
  // With it, the request is one of follow-redirects, which would carry the token to wherever it is led.
  if (options?.followRedirects === true || typeof path !== 'string' || typeof host !== 'string') {
    return new Error('the proxy follows redirects, and the token would go with it: take followRedirects out');
  }
  // A request doesn't show its port.
  if (options?.target === undefined) {
    return new Error('its listeners must be given all that the proxy gives them: the last is its options');
  }
  const target = originOf(options.target);
  const connected = target && parseUrl(`${String(protocol)}//${bracketed(host)}:${target.port || portOf(target)}`);
  if (target === undefined || connected?.origin !== target.origin || given.socketPath !== undefined) {
    return new Error(`the proxy's request goes to ${host}, which is not the proxy's target`);
  }
  const header = String(outgoing.getHeader('host'));
  const named = plainHost.test(header) ? parseUrl(`${String(protocol)}//${header}`) : undefined;
  if (named === undefined) return new Error("the Host header of the proxy's request names no host");
  // To another proxy goes the whole address in place of the path.
  const connectedAt = path.startsWith('/') ? parseUrl(target.origin + path) : undefined;
  const namedAt = parseUrl(named.origin + path);
  if (connectedAt === undefined || namedAt === undefined) {
    return new Error("the path of the proxy's request is no path");
  }
  return [connectedAt, namedAt];
}

/** Of a target as `http-proxy` reads it: a text, a URL, or the parts of one. */
function originOf(target: unknown): URL | undefined {
  if (typeof target === 'string') return parseUrl(ofHttp(target));
  if (!isObject(target)) return undefined;
  const parts: {
    readonly protocol?: unknown;
    readonly hostname?: unknown;
    readonly host?: unknown;
    readonly port?: unknown;
  } = target;
  const { protocol, hostname, host, port } = parts;
  const scheme = typeof protocol === 'string' ? protocol : 'http:';
  const suffix = typeof port === 'string' || typeof port === 'number' ? `:${port}` : '';
  return parseUrl(ofHttp(`${scheme}//${bracketed(String(hostname ?? host))}${suffix}`));
}

function ofHttp(address: string): string {
  return address.replace(/^ws/i, 'http');
}

function portOf({ protocol }: URL): string {
  return protocol === 'https:' ? '443' : '80';
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
