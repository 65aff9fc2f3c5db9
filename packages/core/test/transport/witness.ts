import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { makeCertificates, type Certificates, certificateThumbprint } from '../servers/certificates.ts';
import { listen } from '../servers/listen.ts';
import { peerCertificate } from '../servers/oidc/mutual-tls.ts';

/** What a witness has seen of one request. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The thumbprint of the certificate that the connection has shown. */
  readonly certificate: string | undefined;
}

/** An HTTPS server that asks every client for a certificate, takes any or none, and notes what it was shown. */
export interface Witness {
  readonly origin: string;
  readonly seen: readonly Seen[];
  /** How many connections are open. */
  openConnections(): Promise<number>;
  close(): Promise<void>;
}

/** `?to=` in a request's address redirects it there; any other is answered by 200. */
export async function startWitness(own: Partial<Pick<Certificates, 'server'>> = {}): Promise<Witness> {
  const { server, origin, close } = await listen({ ...(await makeCertificates()), ...own });
  const seen: Seen[] = [];
  server.on('request', (message: IncomingMessage, response) => {
    const { pathname, searchParams } = new URL(message.url ?? '/', origin);
    const peer = peerCertificate(message.socket);
    seen.push({ path: pathname, headers: message.headers, certificate: peer && certificateThumbprint(peer) });
    const to = searchParams.get('to');
    message.resume();
    response.writeHead(to === null ? 200 : 302, to === null ? {} : { location: to }).end();
  });
  const openConnections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  return { origin, seen, openConnections, close };
}
