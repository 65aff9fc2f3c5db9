// Recipes in processes of their own: those that listen or end by a signal, and those that are tests themselves.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { command } from '../../../setup/command.mjs';

const child = path.join(import.meta.dirname, 'alone-child.mjs');
const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const timeLimit = 60_000;

/** Starts a snippet and waits until it listens, on a free port, whichever it asks for. */
export async function startAlone(file, children) {
  const process_ = fork(child, [file, 'serve'], { env: environment(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  children.add(process_);
  const chunks = [];
  for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  const ended = once(process_, 'close').then(([code, signal]) => {
    children.delete(process_);
    return { code, signal, output: output() };
  });
  const port = await Promise.race([
    once(process_, 'message').then(([message]) => message.port),
    ended.then(() => Promise.reject(new Error(`The recipe ended before it listened:\n${output()}`))),
  ]);
  return {
    origin: `http://127.0.0.1:${port}`,
    output,
    /** Sends a signal; gives how the process ended: `{ code, signal, output }`. */
    stop: (signal = 'SIGTERM') => {
      process_.kill(signal);
      return ended;
    },
  };
}

/** Runs a snippet that is a test for Vitest or `node:test` to its end: `{ ok, code, output }`. */
export function testAlone(file) {
  const folder = path.dirname(file);
  if (!/from 'vitest'/.test(readFileSync(file, 'utf8')))
    return command(process.execPath, [child, file], { env: environment(), timeLimit });
  const config = path.join(import.meta.dirname, 'vitest-of-recipes.config.mjs');
  const args = [vitest, 'run', '--root', folder, '--config', config, '--configLoader', 'runner'];
  return command(process.execPath, args, { cwd: folder, env: environment(), timeLimit });
}

// A runner inside must not take itself for a worker of the one that runs this.
function environment() {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.map(([name, value]) => [name, /VITEST|^NODE_ENV$/.test(name) ? undefined : value]));
}
