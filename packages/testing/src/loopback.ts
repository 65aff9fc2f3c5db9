import { createServer, type RequestListener, type Server } from 'node:http';

/** A plain HTTP server on a free loopback port. */
export interface Loopback {
  readonly server: Server;
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Stops at once: open connections are cut, requests on their way stay unanswered. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. Who answers may be added later, knowing the origin. */
export async function listenOnLoopback(listener?: RequestListener): Promise<Loopback> {
  // No idle time-out: a connection that is closed just as a client uses it again makes a test fail now and then.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port to listen on');
  return {
    server,
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
