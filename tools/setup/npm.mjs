import { spawnSync } from 'node:child_process';

/** Runs npm: the very npm that runs us, where one does. Throws what it said if it fails. */
export function npm(args, { cwd, stdio = ['ignore', 'pipe', 'pipe'] }) {
  const file = process.env.npm_execpath;
  // npm's own file needs no shell; found by name it does, since it is npm.cmd on Windows.
  const { status, stdout, stderr, error } = file
    ? spawnSync(process.execPath, [file, ...args], { cwd, stdio, encoding: 'utf8' })
    : spawnSync(`npm ${args.map((arg) => JSON.stringify(arg)).join(' ')}`, {
        cwd,
        stdio,
        encoding: 'utf8',
        shell: true,
      });
  if (status !== 0) throw new Error(`npm ${args[0]} failed: ${error?.message ?? stderr ?? `exit code ${status}`}`);
  return stdout;
}
