import Koa from 'koa';
import Koa2 from 'koa-2';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The versions that the tests run over, by their real numbers. */
export const versions: readonly { readonly name: string; readonly Framework: typeof Koa }[] = [
  { name: nameOf('koa'), Framework: Koa },
  { name: nameOf('koa-2'), Framework: Koa2 },
];

function nameOf(installed: string): string {
  const manifest: unknown = require(`${installed}/package.json`);
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error(`${installed}?`);
  return `Koa ${String(manifest.version)}`;
}
