// npm run bench: measures us beside floors and peers, in one run, and prints ratios. It never judges a time.
import { availableParallelism, loadavg } from 'node:os';
import { buildPackages } from '../playground/build-packages.mjs';
import { PlainError } from '../playground/plain-error.mjs';
import { helpOn, readCommand } from './arguments.mjs';
import { benchmarks } from './benchmarks.mjs';
import { CoreUnderTest, thisCore } from './core-under-test.mjs';

try {
  const { names, core, help, ...options } = readCommand(process.argv.slice(2), benchmarks);
  if (help) {
    console.log(helpOn(benchmarks));
  } else {
    const before = core && new CoreUnderTest('before', core);
    buildPackages(['core', 'axios', 'testing']);
    const cores = [before, thisCore(before)].filter(Boolean);
    tellBusy();
    for (const name of names) {
      const code = await benchmarks[name].run({ ...options, cores });
      process.exitCode ||= code;
    }
  }
} catch (error) {
  // A mistake of the user gets two lines; anything else is ours, and its stack is wanted.
  if (!(error instanceof PlainError)) throw error;
  console.error(`\n${error.message}\n→ ${error.remedy}`);
  process.exitCode = 1;
}

function tellBusy() {
  const [load] = loadavg();
  if (load < availableParallelism()) return;
  console.log(`\nThis machine is busy with other work (load ${load.toFixed(1)}): even ratios say little now.`);
}
