import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readJson } from './read.mjs';

/** Writes the licences of all packages that ended up inside a bundle, as those licences demand. */
export function writeThirdPartyLicenses(bundles, dist) {
  const roots = new Set(bundles.flatMap(({ chunks }) => chunks.flatMap(inlinedPackages)));
  if (roots.size === 0) return;
  const texts = [...roots].sort().map(licenseOf);
  writeFileSync(
    path.join(dist, 'third-party-licenses.txt'),
    `The CommonJS build of this package contains code of these packages:\n\n${texts.join('\n\n')}\n`,
  );
}

function inlinedPackages(chunk) {
  const found = (chunk.moduleIds ?? []).map(
    (id) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1],
  );
  return found.filter((root) => root !== undefined);
}

function licenseOf(root) {
  const { name, version, license } = readJson(path.join(root, 'package.json'));
  const file = readdirSync(root).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (!file) throw new Error(`${name} is inlined but has no licence file to ship`);
  return `== ${name} ${version} (${license})\n\n${readFileSync(path.join(root, file), 'utf8').trim()}`;
}
