import type { ClientCertificate } from '../certificate.ts';
import { OptionsError } from '../errors.ts';
import type { FillDraft } from '../token-endpoint/draft.ts';
import type { Dispatchers } from './dispatchers.ts';

/** Through a proxy: its address, or the one that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` tell. */
export type Proxy = 'environment' | URL;

/** How a client's requests reach their servers. */
export interface TransportSettings {
  readonly fetch: typeof globalThis.fetch;
  /** An `undici` dispatcher of the user's own, which `fetch` understands. */
  readonly dispatcher: object | undefined;
  readonly proxy: Proxy | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** Where the option stands that wants `undici`, for messages. */
  readonly path: string;
}

/** How a client's requests are sent. */
export interface Transport {
  readonly fetch: typeof globalThis.fetch;
  /** Gets the connection ready that the next token request is sent over: reads the certificate that it shows. */
  readonly prepare: FillDraft | undefined;
}

/** `undici` is loaded by the first request that needs a proxy or a certificate. */
export function transportOf({ path, fetch, dispatcher, proxy, certificate }: TransportSettings): Transport {
  if (dispatcher !== undefined) return { fetch: over(fetch, () => dispatcher), prepare: undefined };
  if (proxy === undefined && certificate === undefined) return { fetch, prepare: undefined };
  let loading: Promise<Dispatchers> | undefined;
  const dispatchers = (): Promise<Dispatchers> => (loading ??= load(path, proxy));
  return {
    fetch: over(fetch, async () => (await dispatchers()).present()),
    prepare:
      certificate &&
      (async (draft) => {
        (await dispatchers()).use(await draft.value(certificate));
      }),
  };
}

async function load(path: string, proxy: Proxy | undefined): Promise<Dispatchers> {
  try {
    const { Dispatchers } = await import('./dispatchers.ts');
    return new Dispatchers(proxy);
  } catch {
    // Nothing but a package that isn't there, or of a version that this Node.js can't load, makes that fail.
    const message = 'needs the package undici in version 7: npm install undici@7';
    throw new OptionsError([{ path, message }]);
  }
}

function over(fetch: typeof globalThis.fetch, dispatcher: () => object | Promise<object>): typeof globalThis.fetch {
  return async (input, init) => {
    // Built-in `fetch` takes it beside the standard's members; its types come with another copy of `undici`.
    return fetch(input, Object.assign({ ...init }, { dispatcher: await dispatcher() }));
  };
}
