// Recipes in processes of their own: those that listen or end by a signal, and those that are tests themselves.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { command } from '../../../setup/command.mjs';
import { plainEnvironment, service } from '../../../setup/service.mjs';

const child = path.join(import.meta.dirname, 'alone-child.mjs');
const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const timeLimit = 60_000;

/** Starts a snippet and waits until it listens, on a free port, whichever it asks for. */
export async function startAlone(file, children) {
  const process_ = fork(child, [file, 'serve'], { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  children.add(process_);
  const { until, ...rest } = service(process_);
  const [{ port }] = await until(once(process_, 'message'));
  return { origin: `http://127.0.0.1:${port}`, ...rest };
}

/** Runs a snippet that is a test for Vitest or `node:test` to its end: `{ ok, code, output }`. */
export function testAlone(file) {
  const folder = path.dirname(file);
  if (!/from 'vitest'/.test(readFileSync(file, 'utf8')))
    return command(process.execPath, [child, file], { env: plainEnvironment(), timeLimit });
  const config = path.join(import.meta.dirname, 'vitest-of-recipes.config.mjs');
  const args = [vitest, 'run', '--root', folder, '--config', config, '--configLoader', 'runner'];
  return command(process.execPath, args, { cwd: folder, env: plainEnvironment(), timeLimit });
}
