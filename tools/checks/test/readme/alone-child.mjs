// node alone-child.mjs FILE [serve]: runs a snippet, TypeScript and all, over the sources of the packages.
import { Server } from 'node:net';
import { createServer, defaultServerConditions } from 'vite';

const [file, serve] = process.argv.slice(2);
const conditions = ['@outbound-auth/source', ...defaultServerConditions];

if (serve) listenOnFreePort();
// Open until all is over: what a snippet loads later, its tests among it, comes this way too.
const vite = await createServer({
  configFile: false,
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  ssr: { resolve: { conditions }, noExternal: [/^@outbound-auth\//] },
});
process.once('beforeExit', () => vite.close());
await vite.ssrLoadModule(file);

// The ports that recipes name may be taken.
function listenOnFreePort() {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (_port, ...rest) {
    this.once('listening', () => process.send({ port: this.address().port }, () => process.disconnect()));
    return listen.call(
      this,
      0,
      '127.0.0.1',
      rest.find((argument) => typeof argument === 'function'),
    );
  };
}
