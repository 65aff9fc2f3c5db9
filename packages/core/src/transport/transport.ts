import type { CertificateAndKey, ClientCertificate } from '../certificate.ts';
import { OptionsError } from '../errors.ts';
import type { TokenRequestDraft } from '../token-endpoint/draft.ts';
import { Connections } from './connections.ts';
import { throughProxy } from './proxy-failure.ts';
import { type Proxy, wordsOf } from './proxy.ts';
import { ShownCertificate } from './shown-certificate.ts';

type Fetch = typeof globalThis.fetch;

/** How requests reach their servers. */
export interface TransportSettings {
  readonly fetch: Fetch;
  /** An `undici` dispatcher of the user's own, which `fetch` understands. Never beside a certificate. */
  readonly dispatcher: object | undefined;
  readonly proxy: Proxy | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** Where the option stands that wants `undici`, for messages. */
  readonly path: string;
}

/** How a client's requests are sent. */
export interface Transport {
  /** To the authorization server: shows the certificate that was read last, where the client has one. */
  readonly fetch: Fetch;
  /** Inside `attachTo`: shows the certificate that the last token was got with, for it may be bound to that. */
  readonly attached: Fetch;
  /** Takes the same way, and shows nothing. */
  readonly anonymous: Fetch;
  /** Gets the connections ready for the next token request: reads the certificate that they show. */
  readonly prepare: ((read: TokenRequestDraft['value']) => Promise<void>) | undefined;
  /** The certificate that `attached` shows, once there is one. */
  readonly certificate: () => CertificateAndKey | undefined;
}

/** `undici` is loaded by the first request that needs a proxy or a certificate. */
export function transportOf(settings: TransportSettings): Transport {
  const { fetch, dispatcher, proxy, certificate } = settings;
  const over = (connections: Connections): Fetch => overConnections(fetch, connections, proxy);
  const anonymous =
    dispatcher !== undefined
      ? overDispatcher(fetch, dispatcher)
      : proxy === undefined
        ? fetch
        : over(connectionsOf(settings));
  if (certificate === undefined) {
    return { fetch: anonymous, attached: anonymous, anonymous, prepare: undefined, certificate: () => undefined };
  }
  const shown = new ShownCertificate((present) => connectionsOf(settings, present));
  // Where it never changes, it is known before the first token.
  if (typeof certificate !== 'function') shown.use(certificate).confirm();
  return {
    fetch: async (input, init) => {
      const { connections, confirm } = shown.latest();
      const response = await over(connections)(input, init);
      // Whoever gives a token has taken the certificate; metadata is given to anyone.
      if (response.ok && init?.method === 'POST') confirm();
      return response;
    },
    attached: (input, init) => over(shown.confirmed())(input, init),
    anonymous,
    prepare: async (read) => {
      shown.use(await read(certificate));
    },
    certificate: () => shown.certificate(),
  };
}

function connectionsOf({ proxy, path }: TransportSettings, certificate?: CertificateAndKey): Connections {
  return new Connections(async () => (await loadDispatchers(path)).dispatcherFor(proxy, certificate));
}

async function loadDispatchers(path: string): Promise<typeof import('./dispatchers.ts')> {
  try {
    return await import('./dispatchers.ts');
  } catch {
    // Nothing but a package that isn't there, or of a version that this Node.js can't load, makes that fail.
    const message = 'needs the package undici in version 7: npm install undici@7';
    throw new OptionsError([{ path, message }]);
  }
}

function overConnections(fetch: Fetch, connections: Connections, proxy: Proxy | undefined): Fetch {
  return async (input, init) => {
    const sent = connections.use((dispatcher) => overDispatcher(fetch, dispatcher)(input, init));
    return proxy === undefined ? sent : throughProxy(wordsOf(proxy), sent);
  };
}

// Built-in `fetch` takes it beside the standard's members; its types come with another copy of `undici`.
function overDispatcher(fetch: Fetch, dispatcher: object): Fetch {
  // A caller who gives one for this very call has the last word.
  return (input, init) => fetch(input, Object.assign({ dispatcher }, init));
}
