import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from '../fresh-process.mjs';

/** Starts the process with the token endpoints and APIs that are called. */
export async function startServers() {
  const file = fileURLToPath(new URL('./main.mjs', import.meta.url));
  const child = fork(file, { env: { ...process.env, ...plainEnvironment } });
  const [port] = await once(child, 'message');
  const base = `http://127.0.0.1:${port}`;
  return {
    /** A realm of its own for one measurement: its addresses. */
    realm: async (settings = {}) => {
      const response = await fetch(`${base}/realms`, { method: 'POST', body: JSON.stringify(settings) });
      const { id } = await response.json();
      const place = `${base}/${id}`;
      return {
        tokenEndpoint: `${place}/token`,
        api: `${place}/api`,
        report: `${place}/report`,
        revoke: `${place}/revoke`,
      };
    },
    stop: () => child.disconnect(),
  };
}
