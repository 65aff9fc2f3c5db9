import { spawn } from 'node:child_process';
import { startUpstream } from '@outbound-auth/testing';
import { plainEnvironment, service } from '../../setup/service.mjs';
import { variablesFor } from '../examples.mjs';
import { prepare } from '../prepare.mjs';

/** An example in a process of its own that calls servers on loopback: ready to be tested, and to be started. */
export async function application(name) {
  const [{ cwd, main, script }, upstream] = await Promise.all([prepare(name), startUpstream()]);
  const env = { ...plainEnvironment(), PORT: '0', ...variablesFor(name, upstream) };
  return {
    upstream,
    /** Runs its own tests, after the compiler has seen them; gives what was said. */
    test: async () => `${await script('typecheck')}${await script('test')}`,
    start: () => listening(spawn(process.execPath, [main], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })),
  };
}

/** Waits for the address that it prints. */
async function listening(child) {
  const { until, output, ...rest } = service(child);
  const said = new Promise((resolve) => {
    child.stdout.on('data', () => {
      const [, origin] = /listens on (http:\S+)/.exec(output()) ?? [];
      if (origin) resolve(origin);
    });
  });
  return { origin: await until(said), output, ...rest };
}
