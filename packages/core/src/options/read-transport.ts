import { parseUrl } from '../parse-url.ts';
import type { Proxy, TransportSettings } from '../transport/transport.ts';
import { isObject, type OptionReader } from '../option-reader.ts';

/** What the options say of the way to the servers. */
export type TransportChoice = Pick<TransportSettings, 'fetch' | 'dispatcher' | 'proxy'>;

export const plainTransport: TransportChoice = {
  // Looked up at each call, so that a test's mock of the global works whenever it is put there.
  fetch: (input, init) => globalThis.fetch(input, init),
  dispatcher: undefined,
  proxy: undefined,
};

/** Reads `fetch`, `dispatcher` and `proxy`; what isn't given there stays as in `defaults`. */
export function readTransport(reader: OptionReader, defaults: TransportChoice): TransportChoice {
  const fetch = reader.callable<typeof globalThis.fetch>('fetch') ?? defaults.fetch;
  const dispatcher = readDispatcher(reader);
  const proxy = readProxy(reader);
  if (dispatcher !== undefined && proxy !== undefined) {
    reader.refuse('proxy', 'stands beside dispatcher, which decides the way itself; give one of the two');
  }
  // The client's own choice of either makes the shared one void.
  if (dispatcher !== undefined || proxy !== undefined) return { fetch, dispatcher, proxy };
  return { ...defaults, fetch };
}

function readDispatcher(reader: OptionReader): object | undefined {
  const dispatcher = reader.value('dispatcher');
  if (dispatcher === undefined) return undefined;
  if (isObject(dispatcher) && 'dispatch' in dispatcher && typeof dispatcher.dispatch === 'function') return dispatcher;
  reader.refuse('dispatcher', 'must be a dispatcher of undici, such as new Agent(…)');
  return undefined;
}

function readProxy(reader: OptionReader): Proxy | undefined {
  const text = reader.text('proxy');
  if (text === undefined || text === 'environment') return text;
  const url = parseUrl(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  reader.refuse('proxy', "must be 'environment' or the address of an HTTP proxy, such as http://proxy.example:8080");
  return undefined;
}
