// npm run bench: measures one thing beside its floors, in one run, and prints ratios. It never judges a time.
import { PlainError } from '../playground/plain-error.mjs';
import { helpOn, readCommand } from './arguments.mjs';
import { benchmarks } from './benchmarks.mjs';
import { CoreUnderTest, thisCore } from './core-under-test.mjs';

try {
  const { name, core, rounds, help } = readCommand(process.argv.slice(2), benchmarks);
  if (help) {
    console.log(helpOn(benchmarks));
  } else {
    const before = core && new CoreUnderTest('before', core);
    process.exitCode = await benchmarks[name].run({ cores: [before, thisCore(before)].filter(Boolean), rounds });
  }
} catch (error) {
  // A mistake of the user gets two lines; anything else is ours, and its stack is wanted.
  if (!(error instanceof PlainError)) throw error;
  console.error(`\n${error.message}\n→ ${error.remedy}`);
  process.exitCode = 1;
}
