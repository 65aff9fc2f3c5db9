import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Certificates } from './certificates.ts';

/** A server on a free port of 127.0.0.1. */
export interface Listening {
  readonly server: HttpServer | HttpsServer;
  readonly origin: string;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
}

/** Listens for HTTP, or with certificates for HTTPS that asks each client for its own. Who answers is added later. */
export async function listen(certificates?: Certificates): Promise<Listening> {
  // No idle time-out: a connection that is closed just as a client uses it again makes a test fail now and then.
  const timeouts = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
  const server = certificates
    ? createHttpsServer({
        ...timeouts,
        key: certificates.server.key,
        cert: certificates.server.cert,
        ca: certificates.ca,
        requestCert: true,
        // A self-signed certificate has no CA: who answers decides what it is good for.
        rejectUnauthorized: false,
      })
    : createHttpServer(timeouts);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port to listen on');
  return {
    server,
    origin: `${certificates ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
