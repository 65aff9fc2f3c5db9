import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The compiler options of a tsconfig, with those that it extends. */
export function readTsconfig(file) {
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return ts.parseJsonConfigFileContent(config, ts.sys, path.dirname(file), undefined, file).options;
}
