import express from 'express';
import express4 from 'express-4';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The versions that the tests run over, by their real numbers. */
export const versions: readonly { readonly name: string; readonly framework: typeof express }[] = [
  { name: nameOf('express'), framework: express },
  { name: nameOf('express-4'), framework: express4 },
];

function nameOf(installed: string): string {
  const manifest: unknown = require(`${installed}/package.json`);
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error(`${installed}?`);
  return `Express ${String(manifest.version)}`;
}
