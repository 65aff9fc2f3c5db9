import { parseUrl } from '../parse-url.ts';
import { isObject, type OptionReader } from '../option-reader.ts';
import type { EnvironmentProxy, Proxy } from '../transport/proxy.ts';
import type { TransportSettings } from '../transport/transport.ts';

/** What the options say of the way to the servers. */
export interface TransportChoice extends Pick<TransportSettings, 'fetch' | 'dispatcher' | 'proxy'> {
  /** Where the options stand that want `undici`. */
  readonly paths: { readonly proxy: string; readonly certificate: string };
}

export const plainTransport: TransportChoice = {
  // Looked up at each call, so that a test's mock of the global works whenever it is put there.
  fetch: (input, init) => globalThis.fetch(input, init),
  dispatcher: undefined,
  proxy: undefined,
  paths: { proxy: 'proxy', certificate: 'clientAuthentication' },
};

/** Reads `fetch`, `dispatcher` and `proxy`; what isn't given there stays as in `defaults`. */
export function readTransport(reader: OptionReader, defaults: TransportChoice): TransportChoice {
  const fetch = reader.callable<typeof globalThis.fetch>('fetch') ?? defaults.fetch;
  const dispatcher = readDispatcher(reader);
  const given = reader.value('proxy') !== undefined;
  const proxy = readProxy(reader);
  if (dispatcher !== undefined && given) {
    reader.refuse('proxy', 'stands beside dispatcher, which decides the way itself; give one of the two');
  }
  // The client's own choice of either makes the shared one void.
  const own = dispatcher !== undefined || given;
  const paths = {
    proxy: given ? reader.pathOf('proxy') : defaults.paths.proxy,
    certificate: reader.pathOf('clientAuthentication'),
  };
  const choice = own ? { fetch, dispatcher, proxy, paths } : { ...defaults, fetch, paths };
  // What all clients share has no client authentication beside it.
  if (defaults !== plainTransport) refuseHiddenCertificate(reader, dispatcher, choice);
  return choice;
}

function readDispatcher(reader: OptionReader): object | undefined {
  const dispatcher = reader.value('dispatcher');
  if (dispatcher === undefined) return undefined;
  if (isObject(dispatcher) && 'dispatch' in dispatcher && typeof dispatcher.dispatch === 'function') return dispatcher;
  reader.refuse('dispatcher', 'must be a dispatcher of undici, such as new Agent(…)');
  return undefined;
}

/** A dispatcher makes the connections, so it alone decides what they show. */
function refuseHiddenCertificate(reader: OptionReader, own: object | undefined, { dispatcher }: TransportChoice): void {
  const authentication = reader.value('clientAuthentication');
  const shows = typeof authentication === 'function' && 'certificate' in authentication;
  if (dispatcher === undefined || !shows) return;
  const remedy = 'Leave out one of the two, or let a dispatcher of this client show it, beside none()';
  if (own === undefined) {
    reader.refuse('clientAuthentication', `is a certificate, which the shared dispatcher would not show. ${remedy}`);
  } else {
    reader.refuse('dispatcher', `would not show the certificate of clientAuthentication. ${remedy}`);
  }
}

const rule = 'the address of an HTTP proxy, such as http://proxy.example:8080 (user:password@ percent-encoded)';

function readProxy(reader: OptionReader): Proxy | undefined {
  const text = reader.text('proxy');
  if (text === undefined) return undefined;
  if (text === 'environment') return readEnvironment(reader);
  const url = proxyAddress(text);
  if (url === undefined) reader.refuse('proxy', `must be 'environment' or ${rule}`);
  return url;
}

/** Read once, so that a mistake shows at once. As `curl` and others, it takes the name in lower case first. */
function readEnvironment(reader: OptionReader): EnvironmentProxy | undefined {
  const read = (name: string): string => process.env[name.toLowerCase()] ?? process.env[name] ?? '';
  const [http, https] = ['HTTP_PROXY', 'HTTPS_PROXY'].map((name) => {
    const text = read(name);
    const url = proxyAddress(text);
    if (text !== '' && url === undefined) reader.refuse('proxy', `is 'environment', where ${name} must be ${rule}`);
    return url;
  });
  // Without any, `undici` isn't needed.
  return http === undefined && https === undefined ? undefined : { http, https, except: read('NO_PROXY') };
}

function proxyAddress(text: string): URL | undefined {
  const url = parseUrl(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  try {
    // Sent to the proxy decoded.
    decodeURIComponent(`${url.username}:${url.password}`);
    return url;
  } catch {
    return undefined;
  }
}
