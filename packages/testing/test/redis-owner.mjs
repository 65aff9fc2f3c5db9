// Run as a process of its own: starts a Redis server, prints its port, and never ends it.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

// The same file is the process, and the hooks that it registers.
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { default: ts } = await import('typescript');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText: source } = ts.transpileModule(await readFile(fileURLToPath(url), 'utf8'), { compilerOptions });
  return { format: 'module', source, shortCircuit: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  register(import.meta.url);
  const { startRedisServer } = await import('../src/redis-server.ts');
  console.log(String((await startRedisServer()).port));
  // Stays until it is killed.
  process.stdin.resume();
}
