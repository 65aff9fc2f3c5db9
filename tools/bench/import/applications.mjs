import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const entries = {
  import: { file: 'main.mjs', text: (name) => `import '${name}';\n` },
  require: { file: 'main.cjs', text: (name) => `require('${name}');\n` },
};

/**
 * Makes a small application for each package that loads it by its name, as users do; finding it is a part of the price.
 *
 * @param packages - { name, folder } each, or {} for an application that loads nothing
 */
export function makeApplications(way, packages) {
  const { file, text } = entries[way];
  const place = realpathSync(mkdtempSync(path.join(tmpdir(), 'outbound-auth-bench-')));
  const mains = packages.map(({ name, folder }, index) => {
    const main = path.join(place, String(index), file);
    mkdirSync(path.dirname(main));
    writeFileSync(main, name ? text(name) : '');
    if (name) link(folder, path.join(place, String(index), 'node_modules', name));
    return main;
  });
  return { mains, remove: () => rmSync(place, { recursive: true }) };
}

function link(folder, at) {
  mkdirSync(path.dirname(at), { recursive: true });
  symlinkSync(folder, at, 'junction');
}
