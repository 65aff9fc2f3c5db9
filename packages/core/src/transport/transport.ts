import type { CertificateAndKey, ClientCertificate } from '../certificate.ts';
import { OptionsError } from '../errors.ts';
import type { TokenRequestDraft } from '../token-endpoint/draft.ts';
import type { Dispatchers } from './dispatchers.ts';

/** Through a proxy: its address, or the one that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` tell. */
export type Proxy = 'environment' | URL;

/** How requests reach their servers. */
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
  /** Shows the client's certificate, where it has one. */
  readonly fetch: typeof globalThis.fetch;
  /** Takes the same way, and shows nothing. */
  readonly anonymous: typeof globalThis.fetch;
  /** Gets the connections ready for the next token request: reads the certificate that they show. */
  readonly prepare: ((read: TokenRequestDraft['value']) => Promise<void>) | undefined;
  /** The certificate that connections show, once it was read. */
  readonly certificate: () => CertificateAndKey | undefined;
}

/** `undici` is loaded by the first request that needs a proxy or a certificate. */
export function transportOf(settings: TransportSettings): Transport {
  const { fetch, dispatcher, certificate } = settings;
  const anonymous = anonymousFetch(settings);
  // A dispatcher of the user's own makes the connections, with whatever they are to show.
  if (certificate === undefined || dispatcher !== undefined) {
    return { fetch: anonymous, anonymous, prepare: undefined, certificate: () => undefined };
  }
  const dispatchers = lazyDispatchers(settings);
  let shown: CertificateAndKey | undefined;
  return {
    fetch: over(fetch, async () => (await dispatchers()).present()),
    anonymous,
    prepare: async (read) => {
      const present = await read(certificate);
      (await dispatchers()).use(present);
      shown = present;
    },
    certificate: () => shown,
  };
}

function anonymousFetch(settings: TransportSettings): typeof globalThis.fetch {
  const { fetch, dispatcher, proxy } = settings;
  if (dispatcher !== undefined) return over(fetch, () => dispatcher);
  if (proxy === undefined) return fetch;
  const dispatchers = lazyDispatchers(settings);
  return over(fetch, async () => (await dispatchers()).present());
}

function lazyDispatchers({ proxy, path }: TransportSettings): () => Promise<Dispatchers> {
  let loading: Promise<Dispatchers> | undefined;
  const load = async (): Promise<Dispatchers> => {
    try {
      const { Dispatchers } = await import('./dispatchers.ts');
      return new Dispatchers(proxy);
    } catch {
      // Nothing but a package that isn't there, or of a version that this Node.js can't load, makes that fail.
      const message = 'needs the package undici in version 7: npm install undici@7';
      throw new OptionsError([{ path, message }]);
    }
  };
  return () => (loading ??= load());
}

function over(fetch: typeof globalThis.fetch, dispatcher: () => object | Promise<object>): typeof globalThis.fetch {
  return async (input, init) => {
    // Built-in `fetch` takes it beside the standard's members; its types come with another copy of `undici`.
    return fetch(input, Object.assign({ ...init }, { dispatcher: await dispatcher() }));
  };
}
