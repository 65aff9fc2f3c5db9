import { Agent, Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici';
import type { CertificateAndKey } from '../certificate.ts';
import type { Proxy } from './proxy.ts';

/** Makes what requests go over. The one file that needs `undici`, loaded when a request wants a proxy or a certificate. */
export function dispatcherFor(proxy: Proxy | undefined, certificate: CertificateAndKey | undefined): Dispatcher {
  // `node:tls` takes any bytes; its types know Buffers alone.
  const connect: object | undefined = certificate;
  if (proxy === undefined) return new Agent(connect && { connect });
  const options = {
    // For the server behind the proxy: the proxy itself is not shown the certificate.
    ...(connect && { requestTls: connect }),
    // A proxy refuses tunnels to HTTP as a rule: such a request is handed to it whole.
    proxyTunnel: false,
    clientFactory: (address: URL, given: object) => new Tunnels(address, given),
  };
  if (proxy instanceof URL) return new ProxyAgent({ ...options, uri: proxy.href, ...tokenOf(proxy) });
  const { http, https, except: noProxy } = proxy;
  // An empty text is none; an undefined one would be read from the environment once more.
  const given = { httpProxy: http?.href ?? '', httpsProxy: https?.href ?? '', noProxy };
  return new EnvHttpProxyAgent({ ...options, ...given, ...(connect && { connect }) });
}

/** Tunnels through a proxy. What it answers in place of one would be an abort to `fetch`, without a reason. */
class Tunnels extends Dispatcher {
  readonly #pool: Dispatcher;

  constructor(proxy: URL, options: object) {
    super();
    this.#pool = new Pool(proxy, options);
  }

  override async connect(wanted: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const answer = await this.#pool.connect(wanted);
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => undefined).destroy();
    throw new Error(`it answered ${answer.statusCode} in place of a tunnel`);
  }

  override close(): Promise<void> {
    return this.#pool.close();
  }

  override destroy(): Promise<void> {
    return this.#pool.destroy();
  }
}

// By itself `ProxyAgent` passes over a user without a password.
function tokenOf({ username, password }: URL): { token: string } | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { token: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
