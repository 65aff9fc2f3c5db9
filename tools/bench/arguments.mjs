import { parseArgs } from 'node:util';
import { PlainError } from '../playground/plain-error.mjs';

const askHelp = 'npm run bench lists what there is.';
const options = { help: { type: 'boolean' }, core: { type: 'string' }, rounds: { type: 'string', default: '31' } };

export function helpOn(benchmarks) {
  const names = Object.keys(benchmarks);
  const width = Math.max(...names.map((name) => name.length));
  return `npm run bench -- NAME [--core FOLDER] [--rounds N]

${names.map((name) => `    ${name.padEnd(width)}    ${benchmarks[name].says}`).join('\n')}

    --core FOLDER    another checkout's packages/core, built: measured in the same run as 'before', this one as 'after'
    --rounds N       how often each is measured, by turns; default ${options.rounds.default}

Only the ratios within one run mean anything.`;
}

/** Reads the command line. Throws a PlainError for whatever is wrong with it. */
export function readCommand(argv, benchmarks) {
  const { values, positionals } = parse(argv);
  const [name, stray] = positionals;
  if (values.help || argv.length === 0) return { help: true };
  if (name === undefined) throw new PlainError('Which benchmark?', `Name one first. ${askHelp}`);
  if (!Object.hasOwn(benchmarks, name)) throw new PlainError(`There is no benchmark '${name}'.`, askHelp);
  if (stray !== undefined) throw new PlainError(`'${stray}' belongs to no flag.`, askHelp);
  if (values.core === '') throw new PlainError('--core is empty.', `Give it a folder, or leave it out. ${askHelp}`);
  if (!/^[1-9]\d{0,5}$/.test(values.rounds)) {
    throw new PlainError(`--rounds: '${values.rounds}' is no number of rounds.`, 'Give a whole number from 1 up.');
  }
  return { name, core: values.core, rounds: Number(values.rounds) };
}

function parse(argv) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new PlainError(error.message.split('\n')[0], askHelp);
  }
}
