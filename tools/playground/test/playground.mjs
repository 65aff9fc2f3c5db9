import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../main.mjs', import.meta.url));

/** For what starts a Node of its own: outside of Nx the first one builds the packages. */
export const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Runs `npm start -- …args` to its end, with `env` on top of the environment. */
export async function playground(args, env = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, stdout, stderr };
}
