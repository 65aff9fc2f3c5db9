import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { command } from '../setup/command.mjs';

export const compilers = ['5.6', '6.0', '7.0'];
export const compilerDependencies = Object.fromEntries(
  compilers.map((version) => [`typescript-${version}`, `npm:typescript@~${version}.0`]),
);

const esmOnlyNest = 'Nest 12 is ESM only, and this compiler lets no CommonJS file import ESM (TS1479)';
const node10Removed = 'TypeScript 7 removed moduleResolution node10';
const commonjsWithBundler = 'TypeScript 5 knows bundler resolution with ESM alone';

/** The ways to compile a project: a file of some kind with some module setting; `without` tells why one cannot be. */
export const settings = [
  {
    title: 'commonjs (node10)',
    file: 'consumer.ts',
    options: { module: 'commonjs', moduleResolution: 'node10' },
    without: (_project, compiler) => compiler === '7.0' && node10Removed,
  },
  {
    title: 'commonjs (bundler)',
    file: 'consumer.ts',
    options: { module: 'commonjs', moduleResolution: 'bundler' },
    without: (_project, compiler) => compiler === '5.6' && commonjsWithBundler,
  },
  { title: 'node16, .mts', file: 'consumer.mts', options: { module: 'node16' } },
  {
    title: 'node16, .cts',
    file: 'consumer.cts',
    options: { module: 'node16' },
    without: (project) => project === 'newest' && esmOnlyNest,
  },
  { title: 'nodenext, .mts', file: 'consumer.mts', options: { module: 'nodenext' } },
  {
    title: 'nodenext, .cts',
    file: 'consumer.cts',
    options: { module: 'nodenext' },
    without: (project, compiler) => project === 'newest' && compiler === '5.6' && esmOnlyNest,
  },
];

/** Compiles consumer.ts in a project as a user of some TypeScript would. */
export async function compile(compilersFolder, compiler, { file, options, title }, { folder }) {
  if (file !== 'consumer.ts') copyFileSync(path.join(folder, 'consumer.ts'), path.join(folder, file));
  const config = path.join(folder, `tsconfig.${compiler}.${title.replace(/\W+/g, '-')}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...common(compiler), ...options }, files: [file] }));
  const tsc = path.join(compilersFolder, 'node_modules', `typescript-${compiler}`, 'bin/tsc');
  const args = [tsc, '--pretty', 'false', '-p', config];
  const { ok, code, output } = await command(process.execPath, args, { cwd: folder, timeLimit: 180_000 });
  const problems = ok || (code !== null && /error TS\d+/.test(output)) ? output.split('\n').filter(isOurs) : [output];
  return { passed: Number(problems.length === 0), failed: Number(problems.length > 0), problems };
}

function common(compiler) {
  return {
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    esModuleInterop: true,
    isolatedModules: true,
    noEmit: true,
    skipLibCheck: false,
    ...(compiler === '6.0' ? { ignoreDeprecations: '6.0' } : {}),
  };
}

// The declarations of other packages have errors of their own under one compiler or another; ours may have none.
function isOurs(line) {
  if (!/error TS\d+/.test(line)) return false;
  return !/^\S*node_modules[\\/]/.test(line) || /^\S*node_modules[\\/]@outbound-auth[\\/]/.test(line);
}
