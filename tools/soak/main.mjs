// node tools/soak/main.mjs: long runs under load and trouble, each with numbers that it has to meet.
import { buildPackages } from '../playground/build-packages.mjs';
import { PlainError } from '../playground/plain-error.mjs';
import { helpOn, readCommand } from './arguments.mjs';
import { runs } from './runs.mjs';

try {
  const { names, help, ...options } = readCommand(process.argv.slice(2), runs);
  if (help) console.log(helpOn(runs));
  else await runAll(names, options);
} catch (error) {
  // A mistake of the user gets two lines; anything else is ours, and its stack is wanted.
  if (!(error instanceof PlainError)) throw error;
  console.error(`\n${error.message}\n→ ${error.remedy}`);
  process.exitCode = 1;
}

async function runAll(names, options) {
  buildPackages([...new Set(names.flatMap((name) => runs[name].packages))]);
  for (const name of names) {
    const { lines, met } = await runs[name].run(options);
    console.log(`\n${lines.join('\n')}\n\n${name}: ${met ? 'its numbers are met' : 'its numbers are MISSED'}`);
    if (!met) process.exitCode = 1;
  }
}
