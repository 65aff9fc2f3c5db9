import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, vi } from 'vitest';
import { command } from '../../setup/command.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const sound = {
  'package.json': JSON.stringify({
    name: 'sound',
    version: '1.0.0',
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    files: ['dist', 'src'],
    exports: {
      '.': {
        '@outbound-auth/source': './src/index.ts',
        import: { types: './dist/index.d.mts', default: './dist/index.mjs' },
      },
    },
  }),
  LICENSE: 'MIT',
  'README.md': ['# Sound', '', '```ts', '// numbers.ts', 'export const three: number = 3;', '```'].join('\n'),
  'src/index.ts': [
    '/**',
    ' * Two.',
    ' * @example',
    ' * ```ts',
    " * import { three } from './numbers.js';",
    ' * export const sum: number = three;',
    ' * ```',
    ' */',
    'export const two: number = 2;',
  ].join('\n'),
  'dist/index.mjs': 'export const two = 2;',
  'dist/index.d.mts': '/** Two. */\nexport declare const two: number;',
};

// Each check loads a compiler of its own.
vi.setConfig({ testTimeout: 120_000 });

const it = test.extend({
  // eslint-disable-next-line no-empty-pattern -- Vitest reads from the pattern which fixtures this one needs
  probe: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'outbound-auth-probe-'));
    const write = (file, text) => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${text}\n`);
    };
    const check = (name, ...flags) =>
      command(process.execPath, [path.join(root, `tools/checks/${name}.mjs`), folder, ...flags], { cwd: root });
    for (const [file, text] of Object.entries(sound)) write(file, text);
    await use({ folder, write, check });
    rmSync(folder, { recursive: true });
  },
});

it.concurrent(
  'compiles snippets of README.md and of comments, and tells where one is wrong',
  async ({ probe, expect }) => {
    const { write, check } = probe;
    expect(await check('readme')).toMatchObject({ ok: true, output: expect.stringContaining('2 snippets compile') });

    write(
      'README.md',
      ['# Faulty', '```ts', 'export const fine = 1;', "export const wrong: number = 'text';", '```'].join('\n'),
    );
    const { ok, output } = await check('readme');
    expect(ok).toBe(false);
    expect(output).toContain(`README.md:4: TS2322: Type 'string' is not assignable to type 'number'.`);
    expect(output).toMatch(/src[\\/]index\.ts:5: TS2307: Cannot find module '\.\/numbers\.js'/);
  },
);

it.concurrent('holds the public API to its committed report', async ({ probe, expect }) => {
  const { folder, write, check } = probe;
  const missing = await check('api');
  expect(missing).toMatchObject({
    ok: false,
    output: expect.stringContaining(`node tools/checks/api.mjs ${folder} --update`),
  });
  await check('api', '--update');
  expect(await check('api')).toMatchObject({ ok: true, output: expect.stringContaining('as committed') });

  write('dist/index.d.mts', '/** Two. */\nexport declare const two: string;');
  expect(await check('api')).toMatchObject({ ok: false, output: expect.stringContaining('the public API is another') });
  write('dist/index.d.mts', 'export declare const two: number;\nexport interface TwoOptions {\n  odd: boolean;\n}');
  const { output } = await check('api');
  for (const name of ['two', 'TwoOptions', 'odd']) expect(output).toContain(`Missing documentation for "${name}"`);
});

it.concurrent('asks publint and attw about the tarball', async ({ probe, expect }) => {
  const { folder, write, check } = probe;
  // The probe is ESM alone, which the oldest resolution cannot find.
  const { output } = await check('package');
  expect(output).toContain('attw: Resolution failed: ., node10');
  expect(output).not.toContain('publint');

  write('dist/index.mjs', 'module.exports = { two: 2 };');
  expect(await check('package')).toMatchObject({
    ok: false,
    output: expect.stringMatching(/publint (warning|error): .*CJS/),
  });
  rmSync(path.join(folder, 'README.md'));
  expect((await check('package')).output).toContain('README.md is missing');
});
