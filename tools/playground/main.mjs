// npm start: sees the adapters work on a real authorization server, or tries one's own system (--help says how).
import { help, readCommand } from './arguments.mjs';
import { buildPackages } from './build-packages.mjs';
import { PlainError } from './plain-error.mjs';

const adapters = ['express', 'koa', 'nestjs', 'axios'];

// Each imports its packages only once they are built.
const modes = {
  demo: { packages: adapters, run: async () => (await import('./demo.mjs')).runDemo() },
  serve: { packages: adapters, run: async () => (await import('./serve.mjs')).serve() },
  'own-system': {
    packages: ['core'],
    run: async (command) => (await import('./own-system.mjs')).tryOwnSystem(command),
  },
};

try {
  const command = readCommand(process.argv.slice(2));
  if (command.mode === 'help') {
    console.log(help);
  } else {
    const { packages, run } = modes[command.mode];
    buildPackages(packages);
    process.exitCode = await run(command);
  }
} catch (error) {
  // A mistake of the user gets two lines; anything else is ours, and its stack is wanted.
  if (!(error instanceof PlainError)) throw error;
  console.error(`\n${error.message}\n→ ${error.remedy}`);
  process.exitCode = 1;
}
