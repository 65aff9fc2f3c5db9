import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import type { CertificateAndKey } from '../certificate.ts';
import type { Proxy } from './proxy.ts';

/** Makes what requests go over. The one file that needs `undici`, loaded when a request wants a proxy or a certificate. */
export function dispatcherFor(proxy: Proxy | undefined, certificate: CertificateAndKey | undefined): Dispatcher {
  const connect = certificate && tlsOptions(certificate);
  if (proxy === undefined) return new Agent(connect && { connect });
  // For the server behind the proxy: the proxy itself is not shown the certificate.
  const requestTls = connect && { requestTls: connect };
  // A proxy refuses tunnels to HTTP as a rule: such a request is handed to it whole.
  const proxyTunnel = false;
  if (!(proxy instanceof URL)) {
    const { http, https, except: noProxy } = proxy;
    // An empty text is none; an undefined one would be read from the environment once more.
    const given = { httpProxy: http?.href ?? '', httpsProxy: https?.href ?? '', noProxy };
    return new EnvHttpProxyAgent({ ...given, ...(connect && { connect }), ...requestTls, proxyTunnel });
  }
  return new ProxyAgent({ uri: proxy.href, ...tokenOf(proxy), ...requestTls, proxyTunnel });
}

// By itself `ProxyAgent` passes over a user without a password.
function tokenOf({ username, password }: URL): { token: string } | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { token: `Basic ${Buffer.from(credentials).toString('base64')}` };
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
