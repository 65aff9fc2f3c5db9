import { parseArgs } from 'node:util';
import { PlainError } from '../playground/plain-error.mjs';

const askHelp = 'node tools/soak/main.mjs lists what there is.';
const options = { help: { type: 'boolean' }, short: { type: 'boolean' }, write: { type: 'boolean' } };

export function helpOn(runs) {
  const about = { ...mapped(runs, (run) => run.about), all: 'each of them, one after the other' };
  const width = Math.max(...Object.keys(about).map((name) => name.length));
  const writing = Object.keys(runs).filter((name) => runs[name].writes !== undefined);
  return `node tools/soak/main.mjs NAME [--short] [--write]        or: npx nx run soak:NAME

${Object.entries(about)
  .map(([name, text]) => `    ${name.padEnd(width)}    ${text}`)
  .join('\n')}

    --short    a small version, of a few seconds
    --write    puts what it found into the file that shows it (${writing.map((name) => `${name}: ${runs[name].writes}`).join('; ')})

Each run prints its counts. The exit code is 1 when one misses its numbers.`;
}

/** Reads the command line: the names to run, and how. Throws a PlainError for whatever is wrong with it. */
export function readCommand(argv, runs) {
  const { values, positionals } = parse(argv);
  const [name, stray] = positionals;
  if (values.help || argv.length === 0) return { help: true };
  if (name === undefined) throw new PlainError('Which run?', `Name one first. ${askHelp}`);
  if (name !== 'all' && !Object.hasOwn(runs, name)) throw new PlainError(`There is no run '${name}'.`, askHelp);
  if (stray !== undefined) throw new PlainError(`'${stray}' belongs to no flag.`, askHelp);
  const { short = false, write = false } = values;
  if (write && runs[name]?.writes === undefined) {
    throw new PlainError(`'${name}' writes no file.`, `Leave --write out. ${askHelp}`);
  }
  if (write && short) throw new PlainError("--write and --short don't go together.", 'What is shown is the whole run.');
  return { names: name === 'all' ? Object.keys(runs) : [name], short, write };
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function parse(argv) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new PlainError(error.message.split('\n')[0], askHelp);
  }
}
