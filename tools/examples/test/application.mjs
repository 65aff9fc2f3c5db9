import { spawn } from 'node:child_process';
import { startUpstream } from '@outbound-auth/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plainEnvironment, service } from '../../setup/service.mjs';
import { variablesFor } from '../examples.mjs';
import { prepare } from '../prepare.mjs';
import { endWhileServing } from '../../checks/test/draining.mjs';

/**
 * Tests an example as its reader has it, in a process of its own that calls servers on loopback.
 *
 * @param ownTests what they say when they pass
 * @param calls makes calls to it (`origin`), and looks at what that did upstream (`server`, `api`)
 * @param lastRequest path and headers of one that has a token by then, and is served when the example is told to end
 * @param end how it ends: `{ code, signal, output }`
 */
export function testExample(name, { ownTests, calls, lastRequest, end }) {
  vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 });

  describe(name, () => {
    let example;
    let upstream;

    beforeAll(async () => {
      [example, upstream] = await Promise.all([prepare(name), startUpstream()]);
    });

    afterAll(async () => {
      vi.resetConfig();
      await upstream?.close();
    });

    it('passes its own tests, which compile', async () => {
      await example.script('typecheck');
      expect(await example.script('test')).toMatch(ownTests);
    });

    it('makes its calls with the right tokens, and ends after its last request', async () => {
      const app = await started(example, { PORT: '0', ...variablesFor(name, upstream) });
      try {
        await calls(app.origin, upstream);
        expect(await endWhileServing(app, upstream, ...lastRequest)).toMatchObject(end);
      } finally {
        await app.stop('SIGKILL');
      }
    });
  });
}

/** Starts it, and waits for the address that it prints. */
async function started({ cwd, main }, variables) {
  const env = { ...plainEnvironment(), ...variables };
  const child = spawn(process.execPath, [main], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { until, output, ...rest } = service(child);
  const said = new Promise((resolve) => {
    child.stdout.on('data', () => {
      const [, origin] = /listens on (http:\S+)/.exec(output()) ?? [];
      if (origin) resolve(origin);
    });
  });
  return { origin: await until(said), ...rest };
}
