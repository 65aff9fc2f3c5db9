// node tools/checks/readme.mjs PROJECT_ROOT: does every snippet of README.md and of the comments in src compile?
import { existsSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { readTsconfig } from '../build/read.mjs';
import { snippetsOf } from './snippets.mjs';

const [projectRoot] = process.argv.slice(2);
if (!projectRoot) throw new Error('usage: node tools/checks/readme.mjs PROJECT_ROOT');

const folder = path.resolve(projectRoot, '.snippets');
const found = snippetsOf(projectRoot);
const snippets = new Map(found.map((snippet, index) => [placeOf(snippet, index), snippet]));
const options = {
  ...readTsconfig('tsconfig.base.json'),
  noEmit: true,
  composite: false,
  emitDeclarationOnly: false,
  moduleDetection: ts.ModuleDetectionKind.Force,
  // Nest's users write decorators and parameter properties.
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  erasableSyntaxOnly: false,
  // A snippet is not a module that others build on, and may show a result without using it.
  isolatedDeclarations: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
};

const problems = compile();
if (!existsSync(path.join(projectRoot, 'README.md'))) problems.push(`${projectRoot}: README.md is missing`);
if (snippets.size < found.length) problems.push(`${projectRoot}: two snippets have the same file name`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${projectRoot}: ${snippets.size} snippets compile`);

function placeOf({ name }, index) {
  return path.posix.join(folder.replaceAll('\\', '/'), `${name ?? `snippet-${index + 1}`}.ts`);
}

function compile() {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, directoryExists } = host;
  host.readFile = (file) => snippets.get(file)?.code ?? readFile(file);
  host.fileExists = (file) => snippets.has(file) || fileExists(file);
  host.directoryExists = (directory) => path.resolve(directory) === folder || directoryExists(directory);
  const program = ts.createProgram([...snippets.keys()], options, host);
  return [...snippets].flatMap(([file, snippet]) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((diagnostic) =>
      describe(diagnostic, snippet),
    );
  });
}

function describe({ file, start, code, messageText }, snippet) {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
  const text = ts.flattenDiagnosticMessageText(messageText, '\n  ');
  return `${path.relative('.', snippet.file)}:${snippet.firstLine + line}: TS${code}: ${text}`;
}
