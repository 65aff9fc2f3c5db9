import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { command } from '../setup/command.mjs';
import { inParallel } from './in-parallel.mjs';
import { samplesOf } from './projects.mjs';
import { compile, compilers, settings } from './typescript.mjs';

const ways = [
  { title: 'import', script: 'use.mjs' },
  { title: 'require', script: 'use.cjs' },
];
const timeLimit = 120_000;
const runners = [
  // Jest's defaults load no ESM, so no Nest 12: that is proved with Nest 11.
  { name: 'jest', project: 'oldest', args: ['jest.test.cjs', '--json', '--runInBand'] },
  { name: 'vitest', project: 'newest', args: ['run', 'vitest.test.mjs', '--reporter=json', '--no-file-parallelism'] },
  { name: 'node:test', project: 'newest', args: ['--test', '--test-reporter=tap', 'recipe.node.test.mjs'] },
];

export async function runInEveryNode({ projects, nodes }) {
  const rows = projects.flatMap((project) => ways.map((way) => ({ name: nameOf(project, way.title), project, way })));
  return table(
    nodes,
    ({ version }) => `Node ${version}`,
    rows,
    ({ binary }, { project, way }) => runScript(binary, way.script, project),
  );
}

export async function runInTestRunners({ projects, nodes }) {
  const rows = runners.map((runner) => {
    const project = projects.find(({ name }) => name === runner.project);
    return { name: nameOf(project, runner.name), project, runner };
  });
  return table(
    nodes,
    ({ version }) => `Node ${version}`,
    rows,
    (node, { project, runner }) =>
      runner.name === 'node:test' ? runNodeTests(node, runner, project) : runTests(node, runner, project),
  );
}

export async function compileEverywhere({ projects, compilers: folder }) {
  requireEverythingIn('consumer.ts', projects);
  const rows = projects
    .filter(({ packages }) => packages.includes('nestjs'))
    .flatMap((project) => settings.map((setting) => ({ name: nameOf(project, setting.title), project, setting })));
  return table(
    compilers,
    (compiler) => `TypeScript ${compiler}`,
    rows,
    (compiler, { project, setting }) => {
      const without = setting.without?.(project.name, compiler);
      return without ? { without } : compile(folder, compiler, setting, project);
    },
  );
}

// The scenario misses a sample when it is asked for it; nobody asks this file.
function requireEverythingIn(file, projects) {
  for (const project of projects.filter(({ packages }) => packages.includes('nestjs'))) {
    const text = readFileSync(path.join(project.folder, file), 'utf8');
    const forgotten = samplesOf(project).filter((name) => !text.includes(`from '@outbound-auth/${name}'`));
    if (forgotten.length > 0) throw new Error(`samples/${file} does not use ${forgotten.join(', ')}`);
  }
}

function nameOf(project, way) {
  return `${project.about}: ${way}`;
}

async function table(columns, title, rows, job) {
  const cells = await inParallel(
    rows.flatMap((row) => columns.map((column) => [column, row])),
    ([column, row]) => job(column, row),
  );
  const width = columns.length;
  return {
    columns: columns.map(title),
    rows: rows.map(({ name }, index) => ({ name, cells: cells.slice(index * width, (index + 1) * width) })),
  };
}

async function runScript(node, script, project) {
  const samples = samplesOf(project);
  const { ok, output } = await command(node, [script, ...samples], { cwd: project.folder, timeLimit });
  const results = output
    .split('\n')
    .filter((line) => line.startsWith('{"sample"'))
    .map((line) => JSON.parse(line));
  const problems = results.flatMap(({ sample, error }) => (error === undefined ? [] : [`${sample}: ${error}`]));
  if (!ok || results.length < samples.length) problems.push(output.trim());
  const passed = results.filter(({ error }) => error === undefined).length;
  return { passed, failed: Math.max(samples.length - passed, Number(!ok)), problems };
}

// Jest and Vitest write the same report.
async function runTests({ binary, version }, { name, args }, { folder }) {
  const home = path.join(folder, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  const report = path.join(folder, `${name}-${version}.json`);
  const script = path.join(home, typeof bin === 'string' ? bin : bin[name]);
  const options = { cwd: folder, timeLimit };
  const { ok, output } = await command(binary, [script, ...args, `--outputFile=${report}`], options);
  if (!existsSync(report)) return { passed: 0, failed: 1, problems: [output] };
  const { numPassedTests: passed, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  const isGreen = ok && passed > 0 && numFailedTests === 0;
  return {
    passed,
    failed: isGreen ? 0 : Math.max(1, numFailedTests),
    problems: isGreen ? [] : [output, failures(report)],
  };
}

async function runNodeTests({ binary }, { args }, { folder }) {
  const { ok, output } = await command(binary, args, { cwd: folder, timeLimit });
  const [passed, failed] = ['pass', 'fail'].map((what) =>
    Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0),
  );
  const isGreen = ok && passed > 0 && failed === 0;
  return { passed, failed: isGreen ? 0 : Math.max(1, failed), problems: isGreen ? [] : [output] };
}

function failures(report) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults
    .flatMap(({ message, assertionResults }) => [
      message,
      ...assertionResults.flatMap(({ failureMessages }) => failureMessages),
    ])
    .join('\n');
}
