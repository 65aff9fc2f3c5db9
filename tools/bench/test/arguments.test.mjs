import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommand } from '../arguments.mjs';
import { benchmarks } from '../benchmarks.mjs';
import { CoreUnderTest } from '../core-under-test.mjs';
import { PlainError } from '../../playground/plain-error.mjs';
import { command } from '../../setup/command.mjs';
import { folderOf } from './folder-of.mjs';

const main = path.resolve(import.meta.dirname, '../main.mjs');

describe('the command line', () => {
  it('lists what there is when help is wanted', async () => {
    const { code, output } = await command(process.execPath, [main, '--help']);
    expect(code).toBe(0);
    for (const [name, { says }] of Object.entries(benchmarks)) expect(output).toMatch(`${name.padEnd(7)}    ${says}`);
  });

  it('means all of them when it names none', () => {
    const all = { names: Object.keys(benchmarks), rounds: undefined, quick: false, large: false };
    expect(readCommand([], benchmarks)).toEqual({ ...all, core: undefined });
    expect(readCommand(['--quick', '--large'], benchmarks)).toMatchObject({ ...all, quick: true, large: true });
  });

  it('reads names and options', () => {
    expect(readCommand(['import', 'cold', 'import'], benchmarks).names).toEqual(['import', 'cold']);
    expect(readCommand(['import', '--core', 'x', '--rounds=5'], benchmarks)).toMatchObject({ core: 'x', rounds: 5 });
  });

  it.each([
    { args: ['imports'], says: /^There is no benchmark 'imports'\./ },
    { args: ['toString'], says: /^There is no benchmark 'toString'\./ },
    { args: ['import', 'more'], says: /^There is no benchmark 'more'\./ },
    { args: ['import', '--cores'], says: /--cores/ },
    { args: ['import', '--core'], says: /--core <value>' argument missing/ },
    { args: ['import', '--core='], says: /^--core is empty\./ },
    { args: ['import', '--rounds', '0'], says: /^--rounds: '0'/ },
    { args: ['import', '--rounds', '1.5'], says: /^--rounds: '1.5'/ },
  ])('$args is refused in plain words, with a remedy', ({ args, says }) => {
    const read = () => readCommand(args, benchmarks);
    expect(read).toThrow(PlainError);
    expect(read).toThrow(expect.objectContaining({ message: expect.stringMatching(says), remedy: expect.any(String) }));
  });

  it('tells in two lines that a folder holds no core', async () => {
    const folder = folderOf({ 'package.json': '{"name":"other"}' });
    const { code, output } = await command(process.execPath, [main, 'import', '--core', folder]);
    const lines = output.trim().split('\n');
    expect({ code, lines: lines.length }).toEqual({ code: 1, lines: 2 });
    expect(lines[0]).toMatch(/^--core: .* is not the package @outbound-auth\/core\.$/);
    expect(lines[1]).toMatch(/^→ Give the packages\/core of another checkout/);
  });

  it('tells how to build a core that is not built', () => {
    const exports = { '.': { import: { default: './dist/index.mjs' } } };
    const folder = folderOf({ 'package.json': JSON.stringify({ name: '@outbound-auth/core', exports }) });
    expect(() => new CoreUnderTest('before', folder).entry('import')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/index\.mjs is not there/),
        remedy: expect.stringMatching(/nx run/),
      }),
    );
  });
});
