// Installs the packed packages into projects as users have them, and uses them there in every way that is promised.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installEverything } from './install.mjs';
import { printTable } from './table.mjs';
import { compileEverywhere, runInEveryNode, runInTestRunners } from './uses.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const started = process.hrtime.bigint();
const folder = mkdtempSync(path.join(tmpdir(), 'outbound-auth-consumers-'));
let passed = 0;
let failed = 0;
try {
  build();
  console.log('packing the packages, installing projects, compilers and versions of Node…\n');
  const installed = await installEverything(root, folder);
  show('plain Node', await runInEveryNode(installed));
  show('test runners', await runInTestRunners(installed));
  show('TypeScript', await compileEverywhere(installed));
} catch (error) {
  console.error(error.message);
  failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`took ${(process.hrtime.bigint() - started) / 1_000_000_000n} s`);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

function build() {
  const nx = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));
  const options = { cwd: root, stdio: 'inherit', timeout: 300_000 };
  const { status } = spawnSync(process.execPath, [nx, 'run-many', '--targets=build'], options);
  if (status !== 0) throw new Error('The packages could not be built: see above.');
}

function show(title, { columns, rows }) {
  printTable(title, columns, rows);
  const problems = new Map();
  for (const { name, cells } of rows) {
    for (const [index, cell] of cells.entries()) {
      passed += cell.passed ?? 0;
      failed += cell.failed ?? 0;
      for (const text of cell.problems ?? []) note(problems, text, `${name}, ${columns[index]}`);
    }
  }
  for (const { text, places } of problems.values()) console.log(`${text}\n  in ${places.join('\n  in ')}\n`);
}

// The same fault in many places is told once: its first line says what it is.
function note(problems, text, place) {
  const [key] = text.split('\n', 1);
  const known = problems.get(key);
  if (known) known.places.push(place);
  else problems.set(key, { text, places: [place] });
}
