const sourceCondition = '@outbound-auth/source';

/** The entries of a package, read from its `exports`: { 'http/index': 'src/http/index.ts' }. */
export function sourceEntries(manifest) {
  const entries = {};
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    const source = target[sourceCondition];
    if (source === undefined) continue;
    const name = outputName(target);
    if (name === undefined || source !== `./src/${name}.ts`) {
      throw new Error(
        `${manifest.name}: exports["${subpath}"] has the source ${source}, so its import must be ` +
          `./dist/….mjs of the same name, not ${target.import?.default}`,
      );
    }
    entries[name] = source;
  }
  return entries;
}

function outputName(target) {
  return /^\.\/dist\/(.+)\.mjs$/.exec(target.import?.default ?? '')?.[1];
}

/** The declaration files of a package's entries: { name: 'axios', types: './dist/http/index.d.mts' } of "./axios". */
export function publicTypes(manifest) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => target[sourceCondition] !== undefined)
    .map(([subpath, target]) => ({
      name: subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-'),
      types: target.import.types,
    }));
}
