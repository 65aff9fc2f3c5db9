import { isDeepStrictEqual } from 'node:util';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import type { CertificateAndKey } from '../certificate.ts';
import type { Proxy } from './transport.ts';

/** The dispatcher that a client's requests go over: made anew when its certificate changes. */
export class Dispatchers {
  readonly #proxy: Proxy | undefined;
  #certificate: CertificateAndKey | undefined;
  #present: Dispatcher | undefined;

  constructor(proxy: Proxy | undefined) {
    this.#proxy = proxy;
  }

  present(): Dispatcher {
    this.#present ??= dispatcherFor(this.#proxy, this.#certificate);
    return this.#present;
  }

  /** From here on the connections show this certificate. */
  use(certificate: CertificateAndKey): void {
    if (this.#certificate !== undefined && isSame(this.#certificate, certificate)) return;
    const former = this.#present;
    this.#certificate = certificate;
    this.#present = undefined;
    // Requests under way end first.
    void former?.close();
  }
}

function dispatcherFor(proxy: Proxy | undefined, certificate: CertificateAndKey | undefined): Dispatcher {
  const connect = certificate && tlsOptions(certificate);
  const tls = connect === undefined ? {} : { connect, requestTls: connect };
  if (proxy === undefined) return new Agent(tls);
  return proxy === 'environment' ? new EnvHttpProxyAgent(tls) : new ProxyAgent({ ...tls, uri: proxy.href });
}

function tlsOptions({ cert, key, pfx, passphrase, ca }: CertificateAndKey): object {
  const given = {
    cert: bytes(cert),
    key: bytes(key),
    pfx: bytes(pfx),
    passphrase,
    ca: Array.isArray(ca) ? ca.map(bytes) : bytes(ca),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

// `node:tls` takes bytes as a Buffer alone.
function bytes(given: unknown): unknown {
  return given instanceof Uint8Array ? Buffer.from(given.buffer, given.byteOffset, given.byteLength) : given;
}

function isSame(one: CertificateAndKey, other: CertificateAndKey): boolean {
  return isDeepStrictEqual(tlsOptions(one), tlsOptions(other));
}
