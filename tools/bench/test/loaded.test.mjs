import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeApplications } from '../import/applications.mjs';
import { bytesOf, loadedBy, sourcesOf } from '../import/loaded.mjs';
import { bytesIn } from '../import/size.mjs';
import { isLoaded, isThere, watched } from '../import/watched.mjs';
import { folderOf } from './folder-of.mjs';

describe('what a process loads', () => {
  it('is seen, whether imported, imported later, or required inside CommonJS; and nothing else is', async () => {
    const folder = folderOf({
      'main.mjs': "import 'node:zlib'; import './first.mjs'; await import('./later.mjs'); import './common.cjs';",
      'first.mjs': '',
      'later.mjs': '',
      'common.cjs': "require('./inner.cjs');",
      'inner.cjs': '',
      'unused.mjs': '',
    });
    const { files, builtins, error } = await loadedBy(path.join(folder, 'main.mjs'));
    expect(files.map((file) => path.relative(folder, file)).sort()).toEqual([
      'common.cjs',
      'first.mjs',
      'inner.cjs',
      'later.mjs',
    ]);
    expect({ builtins, error }).toEqual({ builtins: ['node:zlib'], error: undefined });
  });

  it('comes with the error of a process that fails', async () => {
    const folder = folderOf({ 'main.mjs': "import './first.mjs'; throw new Error('no luck');", 'first.mjs': '' });
    const { files, error } = await loadedBy(path.join(folder, 'main.mjs'));
    expect(files).toHaveLength(1);
    expect(error).toMatch(/Error: no luck/);
  });
});

describe('the application that is timed', () => {
  it.each(['import', 'require'])('loads its package by its name, by %s', async (way) => {
    const folder = folderOf({
      'package.json': '{"exports":{"import":"./index.mjs","require":"./index.cjs"}}',
      'index.mjs': '',
      'index.cjs': '',
    });
    const { mains, remove } = makeApplications(way, [{}, { name: '@some/package', folder }]);
    onTestFinished(remove);
    const [nothing, loaded] = await Promise.all(mains.map((main) => loadedBy(main)));
    expect([nothing.files, nothing.error, loaded.error]).toEqual([[], undefined, undefined]);
    expect(loaded.files).toEqual([path.join(folder, way === 'import' ? 'index.mjs' : 'index.cjs')]);
  });
});

describe('what is watched', () => {
  const [jose, providers] = ['jose', 'core: providers'].map((name) => watched.find((entry) => entry.name === name));

  it('is found inside a bundle, by its source map', () => {
    const folder = folderOf({
      'dist/chunk.cjs': '',
      'dist/chunk.cjs.map': '{"sources":["../src/providers/vendor.ts","../../elsewhere/node_modules/jose/index.js"]}',
      'dist/index.mjs': '',
      'dist/index.mjs.map': '{"sources":["../src/index.ts","../src/jose-providers.ts"]}',
    });
    const find = (entry, file) => isLoaded(entry, { folder }, sourcesOf(path.join(folder, file)));
    expect([jose, providers].map((entry) => find(entry, 'dist/chunk.cjs'))).toEqual([true, true]);
    expect([jose, providers].map((entry) => find(entry, 'dist/index.mjs'))).toEqual([false, false]);
  });

  it('is found as a package of its own, beside core or below it', () => {
    const core = { folder: path.resolve('/app/packages/core') };
    const find = (file) => isLoaded(jose, core, [path.resolve(file)]);
    expect(find('/app/node_modules/jose/index.js')).toBe(true);
    expect(find('/app/packages/core/node_modules/jose/index.js')).toBe(true);
    expect(find('/app/node_modules/jose-other/index.js')).toBe(false);
  });

  it('is told apart from what a core has nothing of', () => {
    const folder = folderOf({ 'src/providers/vendor.ts': '' });
    expect([jose, providers].map((entry) => isThere(entry, { folder, manifest: {} }))).toEqual([false, true]);
    expect(isThere(jose, { folder, manifest: { dependencies: { jose: '^6.0.0' } } })).toBe(true);
  });
});

describe('sizes', () => {
  it('are those of all files, folders within folders too', () => {
    const folder = folderOf({ a: '12', 'b/c/d': '345' });
    expect(bytesIn(folder)).toBe(5);
    expect(bytesOf([path.join(folder, 'a')])).toBe(2);
  });
});
