import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { PlainError } from '../playground/plain-error.mjs';

const own = path.resolve(import.meta.dirname, '../../packages/core');

/** A built core in some folder: where its entries are, and what it says of itself. */
export class CoreUnderTest {
  constructor(label, folder) {
    const manifest = path.resolve(folder, 'package.json');
    if (!existsSync(manifest) || read(manifest).name !== '@outbound-auth/core') {
      throw new PlainError(
        `--core: ${path.resolve(folder)} is not the package @outbound-auth/core.`,
        "Give the packages/core of another checkout; the path is taken from the repository's root.",
      );
    }
    this.label = label;
    // Node tells what it loads by its real path.
    this.folder = realpathSync(folder);
    this.manifest = read(manifest);
  }

  /** The file that `way`, import or require, loads. */
  entry(way) {
    const file = path.join(this.folder, this.manifest.exports['.'][way].default);
    if (existsSync(file)) return file;
    throw new PlainError(`${file} is not there.`, 'Build that checkout first: npx nx run @outbound-auth/core:build');
  }
}

/** This checkout's core: 'after' beside another one, plain 'core' alone. */
export function thisCore(before) {
  return new CoreUnderTest(before ? 'after' : 'core', own);
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
