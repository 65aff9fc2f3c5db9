import { spawn } from 'node:child_process';

/**
 * Runs a command to its end, whatever that is: { ok, code, output }. One that is still running after `timeLimit`
 * milliseconds is killed, and has no code.
 */
export function command(file, args, { cwd, env = {}, shell = false, timeLimit } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    const end = (code, ...more) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, code, output: Buffer.concat([...chunks, ...more.map(Buffer.from)]).toString() });
    };
    const timer = timeLimit && setTimeout(kill, timeLimit);
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => end(null, error.message));
    child.on('close', (code) => end(code));

    function kill() {
      child.kill('SIGKILL');
      // What it started itself may hold these for longer.
      child.stdout.destroy();
      child.stderr.destroy();
      end(null, `\nkilled, for it was still running after ${timeLimit / 1000} s: ${[file, ...args].join(' ')}`);
    }
  });
}
