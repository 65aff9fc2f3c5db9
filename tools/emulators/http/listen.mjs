import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

// A request that isn't there whole by then is answered 408, so that nothing hangs on a client that trickles.
const limits = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/**
 * Listens on a free loopback port; who answers is set later by `server.on('request', …)`, knowing the origin.
 *
 * @param tls - key, cert and the like for HTTPS; without them it is HTTP
 */
export async function listen(tls) {
  const server = tls ? createTlsServer({ ...limits, ...tls }) : createServer(limits);
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    server,
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
