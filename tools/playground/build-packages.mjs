import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');

/** Builds the packages of these names; Nx keeps the result, so this takes time only after a change. */
export function buildPackages(names) {
  // A task of Nx (our own tests) has had them built before it; one Nx inside another takes seconds and a lock.
  if (process.env.NX_TASK_TARGET_PROJECT) return;
  console.log('building the packages (a moment the first time, then from the cache)…');
  const projects = names.map((name) => `@outbound-auth/${name}`).join();
  const args = [nx, 'run-many', '--targets=build', `--projects=${projects}`, '--outputStyle=static'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The packages could not be built:\n${stdout}${stderr}`);
}
