// Runs a script of this repository, after installing its packages where that has not been done.
// `npm start` and `npm test` come through here on a fresh clone, so nothing but Node itself may be imported.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.mjs';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const oldestNode = [20, 19];

requireNode();
if (!isInstalled()) await install();
run(process.argv[2], process.argv.slice(3));

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(`Outbound Auth needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}.`);
}

function isInstalled() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  const wanted = path.join(root, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
}

async function install() {
  console.log('installing the packages of package-lock.json (npm ci)…');
  try {
    await npm(['ci', '--no-audit', '--no-fund'], { cwd: root });
  } catch (error) {
    fail(`${error.message}\nNothing was run. Remedy what npm says above, then run the same command again.`);
  }
}

function run(script, args) {
  if (!script) fail('usage: node tools/setup/run.mjs SCRIPT [ARGUMENT…]');
  const child = spawn(process.execPath, [path.resolve(root, script), ...args], { cwd: root, stdio: 'inherit' });
  child.on('error', (error) => fail(`${script} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal) console.error(`${script} was ended by ${signal}`);
  });
  // A terminal's Ctrl-C reaches the child too: the child decides how to end, and its exit code is ours.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
