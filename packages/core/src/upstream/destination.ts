import type { ClientRequest } from 'node:http';
import { isObject } from '../option-reader.ts';
import { parseUrl } from '../parse-url.ts';

/** Of a proxy's own options, what tells where a request goes. */
export interface ProxyOptions {
  readonly target?: unknown;
  readonly followRedirects?: unknown;
}

/** The address that a proxy's request goes to, or what keeps that from being known. */
export function destinationOf(outgoing: ClientRequest, options: ProxyOptions | undefined, target: URL): URL | Error {
  const given: { readonly protocol?: unknown; readonly host?: unknown; readonly path?: unknown } = outgoing;
  // With it, the request is one of follow-redirects, which would carry the token to wherever it is led.
  if (options?.followRedirects === true || typeof given.path !== 'string' || typeof given.host !== 'string') {
    return new Error('the proxy follows redirects, and the token would go with it: take followRedirects out');
  }
  const origin = originOf(options?.target ?? target);
  const sent =
    origin && parseUrl(`${String(given.protocol)}//${bracketed(given.host)}:${origin.port || portOf(origin)}`);
  if (origin === undefined || sent?.origin !== origin.origin) {
    return new Error(`the proxy's request goes to ${given.host}, which is not its target`);
  }
  // To another proxy goes the whole address in place of the path.
  const destination = given.path.startsWith('/') ? parseUrl(origin.origin + given.path) : undefined;
  return destination ?? new Error('the path of the proxy’s request is no path');
}

/** Of a target as `http-proxy` knows it: a text, a URL, or the parts of one. */
function originOf(target: unknown): URL | undefined {
  const text = isObject(target) ? hrefOf(target) : String(target);
  return text === undefined ? undefined : parseUrl(text.replace(/^ws/i, 'http'));
}

function hrefOf(target: object): string | undefined {
  const part = (name: string): string | undefined => {
    const value: unknown = Reflect.get(target, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  if (part('socketPath') !== undefined) return undefined;
  const hostname = part('hostname') ?? part('host')?.replace(/:\d+$/, '') ?? '';
  const port = part('port') ?? /:(\d+)$/.exec(part('host') ?? '')?.[1];
  const scheme = (part('protocol') ?? 'http').replace(/:$/, '');
  return part('href') ?? `${scheme}://${bracketed(hostname)}${port === undefined ? '' : `:${port}`}`;
}

function portOf({ protocol }: URL): string {
  return protocol === 'https:' ? '443' : '80';
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
