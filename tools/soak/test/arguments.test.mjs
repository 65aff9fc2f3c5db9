import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlainError } from '../../playground/plain-error.mjs';
import { command } from '../../setup/command.mjs';
import { readJson } from '../../build/read.mjs';
import { readCommand } from '../arguments.mjs';
import { runs } from '../runs.mjs';

const folder = path.resolve(import.meta.dirname, '..');

describe('the command line', () => {
  it('lists the runs when it is empty', async () => {
    const { code, output } = await command(process.execPath, [path.join(folder, 'main.mjs')]);
    expect(code).toBe(0);
    for (const [name, { about }] of Object.entries(runs)) expect(output).toMatch(new RegExp(`${name} +${about}`));
  });

  it('reads one run, or all', () => {
    expect(readCommand(['fleet', '--short'], runs)).toEqual({ names: ['fleet'], short: true, write: false });
    expect(readCommand(['fleet', '--write'], runs)).toEqual({ names: ['fleet'], short: false, write: true });
    expect(readCommand(['all'], runs)).toEqual({ names: Object.keys(runs), short: false, write: false });
  });

  it.each([
    { args: ['fleets'], says: /^There is no run 'fleets'\./ },
    { args: ['toString'], says: /^There is no run 'toString'\./ },
    { args: ['--short'], says: /^Which run\?/ },
    { args: ['fleet', 'more'], says: /^'more' belongs to no flag\./ },
    { args: ['fleet', '--shorter'], says: /--shorter/ },
    { args: ['all', '--write'], says: /^'all' writes no file\./ },
    { args: ['fleet', '--short', '--write'], says: /^--write and --short/ },
  ])('$args is refused in plain words, with a remedy', ({ args, says }) => {
    const read = () => readCommand(args, runs);
    expect(read).toThrow(PlainError);
    expect(read).toThrow(expect.objectContaining({ message: expect.stringMatching(says), remedy: expect.any(String) }));
  });

  it('is a target of Nx for each run', () => {
    const { targets } = readJson(path.join(folder, 'package.json')).nx;
    for (const name of ['all', ...Object.keys(runs)]) {
      expect(targets[name]).toEqual({ dependsOn: ['^build'], command: `node tools/soak/main.mjs ${name}` });
    }
  });
});
