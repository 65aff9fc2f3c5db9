import { readFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './npm.mjs';

/** Packs a package as it would be published; returns the tarball's path. */
export async function pack(projectRoot, destination) {
  await npm(['pack', '--ignore-scripts', '--pack-destination', destination], { cwd: projectRoot, timeLimit: 120_000 });
  const { name, version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  return path.join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}
