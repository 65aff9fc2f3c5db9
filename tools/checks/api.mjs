// node tools/checks/api.mjs PROJECT_ROOT [--update]: is the public API of a package what its committed report says?
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readJson } from '../build/read.mjs';
import { publicTypes } from '../build/source-entries.mjs';

const [projectRoot, flag] = process.argv.slice(2);
if (!projectRoot) throw new Error('usage: node tools/checks/api.mjs PROJECT_ROOT [--update]');

const update = flag === '--update';
const root = path.resolve(projectRoot);
const manifestFile = path.join(root, 'package.json');
const temporary = mkdtempSync(path.join(tmpdir(), 'outbound-auth-api-'));
try {
  if (update) mkdirSync(path.join(root, 'api'), { recursive: true });
  for (const { name, types } of publicTypes(readJson(manifestFile))) check(name, types);
} finally {
  rmSync(temporary, { recursive: true });
}

function check(name, types) {
  const report = `${projectRoot}/api/${name}.api.md`;
  const { apiReportChanged, errorCount } = Extractor.invoke(configuration(name, types), {
    localBuild: update,
    messageCallback: tell,
  });
  if (errorCount > 0) return fail(`${report}: ${types} has the faults above`);
  if (!apiReportChanged) return console.log(`${report}: as committed`);
  if (update) return console.log(`${report}: updated`);
  fail(`${report}: the public API is another. If that is meant: node tools/checks/api.mjs ${projectRoot} --update`);
}

function configuration(name, types) {
  return ExtractorConfig.prepare({
    packageJsonFullPath: manifestFile,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: path.join(root, types),
      newlineKind: 'lf',
      compiler: { overrideTsconfig: tsconfig(types) },
      apiReport: {
        enabled: true,
        reportFolder: path.join(root, 'api'),
        reportFileName: `${name}.api.md`,
        reportTempFolder: temporary,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          'ae-forgotten-export': { logLevel: 'none', addToApiReportFile: true },
          'ae-internal-missing-underscore': { logLevel: 'none' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-unresolved-link': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
}

// As a user's project would: no source condition, so that siblings are read from their dist too.
function tsconfig(types) {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    skipLibCheck: true,
  };
  return { compilerOptions, files: [types] };
}

// API Extractor's own words would tell to copy files by hand.
function tell(message) {
  message.handled = true;
  if (message.messageId === 'ae-undocumented' && !needsWords(message)) message.logLevel = 'none';
  if (message.logLevel !== 'error') return;
  const place = message.sourceFilePath
    ? `${path.relative('.', message.sourceFilePath)}:${message.sourceFileLine}: `
    : '';
  console.error(`${place}${message.text}`);
}

// What is exported and each option says what it is; the name of another member (`url`, `cause`) may say enough.
function needsWords({ sourceFilePath, sourceFileLine }) {
  const lines = readFileSync(sourceFilePath, 'utf8').split('\n').slice(0, sourceFileLine);
  if (/^\w/.test(lines.at(-1))) return true;
  const owner = lines.findLast((line) => /^\w/.test(line));
  return /^(export )?(declare )?interface \w*(Options|Parameters)\b/.test(owner);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
