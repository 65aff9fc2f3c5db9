import { existsSync } from 'node:fs';
import path from 'node:path';
import { readJson } from './read.mjs';

/** The names of a package's own dependencies (not of its peers) that `require` cannot load on every Node. */
export function esmOnlyDependencies(manifest, packageRoot) {
  return Object.keys(manifest.dependencies ?? {}).filter((name) => {
    const dependency = readJson(path.join(installedAt(name, packageRoot), 'package.json'));
    return dependency.type === 'module' && !JSON.stringify(dependency.exports ?? {}).includes('"require"');
  });
}

// Not require.resolve: a package whose exports have no `require` or no ./package.json would hide itself.
function installedAt(name, from) {
  const candidate = path.join(from, 'node_modules', name);
  if (existsSync(candidate)) return candidate;
  const parent = path.dirname(from);
  if (parent === from) throw new Error(`${name} is not installed`);
  return installedAt(name, parent);
}
