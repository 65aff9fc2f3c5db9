import { parseArgs } from 'node:util';
import { PlainError } from '../playground/plain-error.mjs';

const askHelp = 'npm run bench -- --help lists what there is.';
const options = {
  help: { type: 'boolean' },
  core: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  large: { type: 'boolean', default: false },
};

export function helpOn(benchmarks) {
  const names = Object.keys(benchmarks);
  const width = Math.max(...names.map((name) => name.length));
  return `npm run bench -- [NAME…] [--rounds N] [--quick] [--large] [--core FOLDER]

${names.map((name) => `    ${name.padEnd(width)}    ${benchmarks[name].says}`).join('\n')}

    no name          all of them, one after another: about ten minutes
    --rounds N       how often each is measured, by turns; each has a default of its own
    --quick          few and short rounds, to see that all runs: its figures say little
    --large          a million keys too
    --core FOLDER    another checkout's packages/core, built: measured in the same run as 'before', this one as 'after'

Only the ratios within one run mean anything.`;
}

/** Reads the command line. Throws a PlainError for whatever is wrong with it. */
export function readCommand(argv, benchmarks) {
  const { values, positionals } = parse(argv);
  const { help, core, quick, large } = values;
  if (help) return { help };
  const unknown = positionals.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) throw new PlainError(`There is no benchmark '${unknown}'.`, askHelp);
  if (core === '') throw new PlainError('--core is empty.', `Give it a folder, or leave it out. ${askHelp}`);
  const names = positionals.length === 0 ? Object.keys(benchmarks) : [...new Set(positionals)];
  return { names, core, rounds: readRounds(values.rounds), quick, large };
}

function readRounds(given) {
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(given)) return Number(given);
  throw new PlainError(`--rounds: '${given}' is no number of rounds.`, 'Give a whole number from 1 up.');
}

function parse(argv) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new PlainError(error.message.split('\n')[0], askHelp);
  }
}
