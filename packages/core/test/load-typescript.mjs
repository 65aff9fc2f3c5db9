import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** For `register` of node:module: lets a process of its own run the sources as they are. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { default: ts } = await import('typescript');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText: source } = ts.transpileModule(await readFile(fileURLToPath(url), 'utf8'), { compilerOptions });
  return { format: 'module', source, shortCircuit: true };
}
