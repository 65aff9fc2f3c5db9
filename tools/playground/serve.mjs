import { once } from 'node:events';
import { tokenLifetime } from './authorization-server.mjs';
import { startSystem } from './system.mjs';

/** Keeps everything up until Ctrl-C. Returns the exit code. */
export async function serve() {
  const system = await startSystem();
  const { apps, api, tokenEndpoint, secrets } = system;
  const width = Math.max(...apps.map(({ name }) => name.length));
  const [{ name: client }] = apps;
  console.log(`
Each app calls the API with a token of its own:
${apps.map(({ name, origin }) => `  ${name.padEnd(width)}  curl ${origin}/invoices`).join('\n')}

The API without a token answers 401:
  curl -i ${api}/${client}/invoices

A token for yourself, good for ${tokenLifetime} s:
  curl -u ${client}:${secrets[client]} -d grant_type=client_credentials -d resource=${api} -d scope=invoices:read ${tokenEndpoint}

Ctrl-C ends it.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await system.close();
  console.log('\nended');
  return 0;
}
