import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { command } from '../command.mjs';
import { remedy } from '../redis-server.mjs';

const script = path.resolve(import.meta.dirname, '../redis-server.mjs');
let bin;
beforeEach(() => {
  bin = mkdtempSync(path.join(tmpdir(), 'redis-setup-'));
});
afterEach(() => rmSync(bin, { recursive: true }));

/** Puts a program on a PATH that has nothing else. */
function program(name, text) {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

const run = () => command(process.execPath, [script], { env: { PATH: bin } });
const asRoot = process.getuid?.() === 0;

it('does nothing where there is a redis-server', async () => {
  program('redis-server', 'exit 0');
  expect(await run()).toMatchObject({ ok: true, output: 'redis-server is there.\n' });
});

it('tells in two lines what to do where nothing can be installed', async () => {
  const { ok, output } = await run();
  expect(ok).toBe(false);
  expect(output.endsWith(`\n${remedy}\n`)).toBe(true);
  expect(remedy.split('\n')).toHaveLength(2);
});

it.runIf(asRoot)('installs it, with a fresh list of packages where there is none', async () => {
  const log = path.join(bin, 'log');
  program(
    'apt-get',
    `echo "$@" >> ${log}
[ "$1" = update ] && exec /bin/touch ${bin}/list
[ -f ${bin}/list ] || exit 100
printf '#!/bin/sh\\nexit 0\\n' > ${bin}/redis-server && /bin/chmod +x ${bin}/redis-server
echo 'Setting up redis-server'`,
  );
  expect(await run()).toMatchObject({ ok: true, output: 'Setting up redis-server\n' });
  const install = 'install --yes --no-install-recommends redis-server';
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([install, 'update', install]);
});
