import { createServer } from 'node:http';

/** Listens on a free loopback port. Who answers may be set later by `server.on('request', …)`, knowing the origin. */
export async function listen(handler) {
  const server = handler ? createServer(handler) : createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    server,
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
