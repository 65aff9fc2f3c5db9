import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What a client that has no use for it should not load: a package, or sources of core, wherever the build puts them. */
export const watched = [
  { name: 'oauth4webapi', package: 'oauth4webapi' },
  { name: 'jose', package: 'jose' },
  { name: 'undici', package: 'undici' },
  { name: 'core: providers', sources: /^src\/providers\// },
  { name: 'core: DPoP', sources: /^src\/token-endpoint\/dpop/ },
  { name: 'core: mTLS and proxies', sources: /^src\/transport\/dispatchers/ },
];

/** Whether one of the loaded sources is of what is watched. */
export function isLoaded(entry, core, sources) {
  return sources.some((source) => {
    const name = slashed(path.relative(core.folder, source));
    const isOfCore = !/^\.\.\/|node_modules\//.test(name);
    if (entry.sources) return isOfCore && entry.sources.test(name);
    return !isOfCore && slashed(source).split('/node_modules/').at(-1).startsWith(`${entry.package}/`);
  });
}

/** Whether this core has anything of it that could be loaded. */
export function isThere(entry, { folder, manifest }) {
  if (entry.package) return [manifest.dependencies, manifest.peerDependencies].some((list) => list?.[entry.package]);
  const names = existsSync(path.join(folder, 'src')) ? readdirSync(path.join(folder, 'src'), { recursive: true }) : [];
  return names.some((name) => entry.sources.test(`src/${slashed(name)}`));
}

function slashed(name) {
  return name.replaceAll('\\', '/');
}
