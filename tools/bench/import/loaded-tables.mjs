import path from 'node:path';
import { table } from '../../playground/table.mjs';
import { bytesOf, sourcesOf } from './loaded.mjs';
import { isLoaded, isThere, watched } from './watched.mjs';

/** Each watched module, whether it is loaded in each scenario; with two cores: before → after. */
export function watchedTable(way, cores, scenarios, loadedIn) {
  return table(
    watched.map((entry) => ({
      [`by ${way}`]: entry.name,
      ...Object.fromEntries(
        scenarios.map((name) => [name, cores.map((core) => cell(entry, core, loadedIn(core, name))).join(' → ')]),
      ),
    })),
  );
}

function cell(entry, core, { files, error }) {
  if (error) return 'failed';
  if (isLoaded(entry, core, files.flatMap(sourcesOf))) return 'yes';
  return isThere(entry, core) ? 'no' : '—';
}

/** The files of a plain import, and their bytes. */
export function filesTable(core, { files }) {
  const rows = files.map((file) => ({
    [`${core.label} loads on import`]: shown(core, file),
    bytes: grouped(bytesOf([file])),
  }));
  return table([...rows, { [`${core.label} loads on import`]: 'in all', bytes: grouped(bytesOf(files)) }]);
}

/** For example 84,780. */
export function grouped(number) {
  return number.toLocaleString('en');
}

function shown({ folder }, file) {
  const name = path.relative(folder, file);
  return name.startsWith('..') ? file.split(`${path.sep}node_modules${path.sep}`).at(-1) : name;
}
