// A framework may have two declaration files, one for ESM and one for CommonJS, and one project may see both. A package
// that extends such types has src/augmentation.ts and src/augmentation.cts. Bundled into one declaration file both would
// extend what that file alone sees, so here they stay files of their own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const emitted = { 'augmentation.ts': 'augmentation.mjs', 'augmentation.cts': 'augmentation.cjs' };

export function hasTwoAugmentations(root) {
  return Object.keys(emitted).every((file) => existsSync(path.join(root, 'src', file)));
}

/** Leaves both files out of the bundled declarations. */
export const augmentationsApart = {
  name: 'augmentations-apart',
  resolveId: {
    order: 'pre',
    handler(id, importer) {
      const file = emitted[path.basename(id)];
      return file && /\.d\.[cm]?ts$/.test(importer ?? '') ? { id: `./${file}`, external: true } : null;
    },
  },
};

/** Writes both into dist, and lets the CommonJS declarations import the one that is ESM. */
export function writeAugmentations(root) {
  for (const [file, output] of Object.entries(emitted)) {
    const source = readFileSync(path.join(root, 'src', file), 'utf8');
    const { outputText } = ts.transpileDeclaration(source, { fileName: file });
    write(
      root,
      output.replace('.', '.d.').replace('js', 'ts'),
      outputText.replaceAll('./augmentation.cts', './augmentation.cjs'),
    );
  }
  const file = 'index.d.cts';
  const bundled = readFileSync(path.join(root, 'dist', file), 'utf8');
  const asEsm = 'import type $1 from "./augmentation.mjs" with { "resolution-mode": "import" };';
  const text = bundled.replace(/import (?:type )?(\{[^}]*\}) from "\.\/augmentation\.mjs";/, asEsm);
  if (text === bundled)
    throw new Error(`${root}: src/index.ts exports no type of src/augmentation.ts, so nothing loads it`);
  write(root, file, text);
}

function write(root, file, text) {
  writeFileSync(path.join(root, 'dist', file), text);
}
