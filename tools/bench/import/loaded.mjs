import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../../setup/command.mjs';
import { plainEnvironment } from '../fresh-process.mjs';

const children = path.join(import.meta.dirname, 'child');
const ownFiles = [children, path.join(import.meta.dirname, 'scenarios.mjs')];
const timeLimit = 30_000;

/** Runs one scenario in a fresh process: { files, builtins } that it loaded, and { error } where it failed. */
export function loadedIn(scenario, { way, entry, server }) {
  return loadedBy(path.join(children, 'scenario.mjs'), [way, entry, scenario, JSON.stringify(server)]);
}

/** Everything a script loads, without itself. Built-in modules are those of ES imports; others can't be seen. */
export async function loadedBy(script, args = []) {
  const folder = mkdtempSync(path.join(tmpdir(), 'outbound-auth-bench-'));
  const record = path.join(folder, 'loaded.txt');
  try {
    const recorder = `--import=${new URL('child/record.mjs', import.meta.url)}`;
    const env = { ...plainEnvironment, BENCH_LOADED: record };
    const { ok, output } = await command(process.execPath, [recorder, script, ...args], { env, timeLimit });
    const urls = existsSync(record) ? [...new Set(readFileSync(record, 'utf8').trim().split('\n'))] : [];
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
    return {
      files: files.filter((file) => file !== script && !ownFiles.some((own) => file.startsWith(own))),
      builtins: urls.filter((url) => url.startsWith('node:')),
      error: ok ? undefined : output.trim(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function bytesOf(files) {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

/** What a file is made of: a bundle's sources, by its source map, or else itself. */
export function sourcesOf(file) {
  const map = `${file}.map`;
  if (!existsSync(map)) return [file];
  const { sources } = JSON.parse(readFileSync(map, 'utf8'));
  return [file, ...sources.map((source) => path.resolve(path.dirname(file), source))];
}
