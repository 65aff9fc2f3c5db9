import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const packages = path.resolve(import.meta.dirname, '../../packages');

/**
 * Puts the built packages into an application's own `node_modules`, as an installation from the registry would: a link
 * to their folder would have them find the frameworks of the workspace, which may be of another version.
 */
export function placePackages(application) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(application, 'package.json'), 'utf8'));
  const scope = '@outbound-auth/';
  const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name.startsWith(scope));
  for (const name of names) {
    const from = path.join(packages, name.slice(scope.length));
    const to = path.join(application, 'node_modules', name);
    rmSync(to, { recursive: true, force: true });
    mkdirSync(to, { recursive: true });
    for (const part of ['package.json', 'dist'])
      cpSync(path.join(from, part), path.join(to, part), { recursive: true });
  }
}
