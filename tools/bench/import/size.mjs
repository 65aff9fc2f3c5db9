import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npm } from '../../setup/npm.mjs';
import { pack } from '../../setup/pack.mjs';

const timeLimit = 300_000;

/** What a user of this core downloads and has on disk: it is packed, and installed from the tarball as a user would. */
export async function sizeOf({ folder, manifest }) {
  const place = mkdtempSync(path.join(tmpdir(), 'outbound-auth-bench-'));
  try {
    const tarball = await pack(folder, place);
    const user = { name: 'user', private: true, dependencies: { [manifest.name]: `file:${tarball}` } };
    writeFileSync(path.join(place, 'package.json'), JSON.stringify(user));
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: place,
      timeLimit,
    });
    const modules = path.join(place, 'node_modules');
    return {
      tarball: statSync(tarball).size,
      unpacked: bytesIn(path.join(modules, manifest.name)),
      dependencies: Object.keys(manifest.dependencies ?? {}).length,
      packages: Object.keys(JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')).packages).length,
      installed: bytesIn(modules) - statSync(path.join(modules, '.package-lock.json')).size,
    };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** The bytes of all files in a folder, not the blocks that the disk gives them. */
export function bytesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}
