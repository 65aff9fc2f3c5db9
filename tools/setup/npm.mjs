import { command } from './command.mjs';

/** Runs npm: the very npm that runs us, where one does. Gives what was said, and throws that if it fails. */
export async function npm(args, { cwd, env, timeLimit }) {
  const all = ['--loglevel=error', ...args];
  const file = process.env.npm_execpath;
  // npm's own file needs no shell; found by its name it does, since that is npm.cmd on Windows.
  const { ok, output } = file
    ? await command(process.execPath, [file, ...all], { cwd, env, timeLimit })
    : await command(`npm ${all.map((arg) => JSON.stringify(arg)).join(' ')}`, [], { cwd, env, shell: true, timeLimit });
  if (!ok) throw new Error(`npm ${args[0]} failed in ${cwd}:\n${output}`);
  return output;
}
