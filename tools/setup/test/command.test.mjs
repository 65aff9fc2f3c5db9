import { expect, it } from 'vitest';
import { command } from '../command.mjs';

const node = (script, options) => command(process.execPath, ['-e', script], options);

it('hands back what a command said and how it ended', async () => {
  expect(await node('console.log("yes")')).toEqual({ ok: true, code: 0, output: 'yes\n' });
  expect(await node('console.error("no"); process.exit(3)')).toEqual({ ok: false, code: 3, output: 'no\n' });
  expect(await command('no-such-command', [])).toMatchObject({ ok: false, code: null });
});

it('kills a command that takes longer than its time limit, even if a child of it still runs', async () => {
  const script = `
    console.log('begun');
    require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => 1, 10_000)'], { stdio: 'inherit' });
    setInterval(() => 1, 1000);`;
  const { ok, code, output } = await node(script, { timeLimit: 1_500 });
  expect({ ok, code }).toEqual({ ok: false, code: null });
  expect(output).toMatch(/^begun\n\nkilled, for it was still running after 1\.5 s: /);
});
