import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { command } from '../setup/command.mjs';
import { npm } from '../setup/npm.mjs';
import { pack } from '../setup/pack.mjs';
import { inParallel } from './in-parallel.mjs';
import { packages } from './packages.mjs';
import { projects, samplesOf } from './projects.mjs';
import { writeRecipes } from './recipes.mjs';
import { compilerDependencies } from './typescript.mjs';

const samples = path.join(import.meta.dirname, 'samples');
const nodeVersions = ['20.19.0', '22', '24', '26'];

/** Packs every package and installs all that it is used with: { projects, nodes, compilers }. */
export async function installEverything(root, folder) {
  const tarballs = Object.fromEntries(
    await inParallel(packages, async (name) => [name, await pack(path.join(root, 'packages', name), folder)]),
  );
  const compilers = path.join(folder, 'compilers');
  const jobs = [
    ...projects.map((project) => () => installProject(root, path.join(folder, project.name), project, tarballs)),
    ...nodeVersions.map((version) => () => installNode(path.join(folder, `node-${version}`), version)),
    () => install(compilers, compilerDependencies),
  ];
  const installed = await inParallel(jobs, (job) => job());
  return {
    projects: installed.slice(0, projects.length),
    nodes: installed.slice(projects.length, projects.length + nodeVersions.length),
    compilers,
  };
}

async function installProject(root, folder, project, tarballs) {
  const packed = project.packages.map((name) => [`@outbound-auth/${name}`, `file:${tarballs[name]}`]);
  await install(folder, { ...project.dependencies, ...Object.fromEntries(packed) });
  cpSync(samples, folder, { recursive: true });
  writeFileSync(path.join(folder, 'samples.json'), JSON.stringify(samplesOf(project)));
  if (project.packages.includes('testing')) writeRecipes(root, folder);
  return { ...project, folder };
}

/** Node comes as an npm package that fetches the binary for this platform when it is installed: npm 12 must be told to let it. */
async function installNode(folder, wanted) {
  await install(folder, { node: wanted }, { flags: [], manifest: { allowScripts: { node: true } } });
  const binary = path.join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const { ok, output } = await command(binary, ['--version'], { timeLimit: 60_000 });
  if (!ok) throw new Error(`Node ${wanted} does not run: ${output}`);
  return { binary, version: output.trim() };
}

async function install(folder, dependencies, { flags = ['--ignore-scripts'], manifest = {} } = {}) {
  mkdirSync(folder, { recursive: true });
  const whole = { name: path.basename(folder), private: true, dependencies, ...manifest };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(whole, null, 2));
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags], { cwd: folder, timeLimit: 300_000 });
}
