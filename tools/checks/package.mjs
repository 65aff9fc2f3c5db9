// node tools/checks/package.mjs PROJECT_ROOT: does the tarball of a package hold what users of every kind will look for?
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemKindInfo } from '@arethetypeswrong/core/problems';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from '../setup/pack.mjs';

const [projectRoot] = process.argv.slice(2);
if (!projectRoot) throw new Error('usage: node tools/checks/package.mjs PROJECT_ROOT');

const folder = mkdtempSync(path.join(tmpdir(), 'outbound-auth-package-'));
try {
  const tarball = readFileSync(await pack(path.resolve(projectRoot), folder));
  const problems = [...missingFiles(), ...(await publintProblems(tarball)), ...(await typeProblems(tarball))];
  for (const problem of problems) console.error(`${projectRoot}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${projectRoot}: publint and attw find nothing wrong`);
} finally {
  rmSync(folder, { recursive: true });
}

function missingFiles() {
  const wanted = ['README.md', 'LICENSE'];
  return wanted.filter((file) => !existsSync(path.join(projectRoot, file))).map((file) => `${file} is missing`);
}

async function publintProblems(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: arrayBuffer(tarball) }, strict: true });
  return messages.map((message) => `publint ${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

async function typeProblems(tarball) {
  const { types, problems } = await checkPackage(createPackageFromTarballData(tarball));
  if (!types) return ['attw: the package has no types'];
  return problems.map((problem) => {
    const { title, docsUrl } = problemKindInfo[problem.kind];
    return `attw: ${title}: ${whereabouts(problem)} (${docsUrl})`;
  });
}

// Problems are about a subpath in one kind of resolution, or about a pair of files.
function whereabouts({
  entrypoint,
  resolutionKind,
  typesFileName,
  implementationFileName,
  fileName,
  resolutionOption,
}) {
  return [entrypoint, typesFileName, implementationFileName, fileName, resolutionKind ?? resolutionOption]
    .filter((part) => part !== undefined)
    .join(', ');
}

function arrayBuffer({ buffer, byteOffset, length }) {
  return buffer.slice(byteOffset, byteOffset + length);
}
