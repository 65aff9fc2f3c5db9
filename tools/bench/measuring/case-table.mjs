import { table } from '../../playground/table.mjs';
import { median, pairedRatio, ratioText } from '../statistics.mjs';

/** One case as text: a row for each contender, and under it why some have none. */
export function caseTable({ part, rows, metrics }) {
  const own = rows.filter((row) => row.part === part);
  const floor = floorOf(part, rows);
  const lines = own.map((row) => lineOf(row, { part, metrics, floor }));
  const notes = own.flatMap(({ contender, reason, results }) => {
    const why = reason ?? results.find(({ error }) => error)?.error;
    return why === undefined ? [] : [`${labelOf(contender)}: ${why}`];
  });
  return [table(lines), ...notes].join('\n');
}

function floorOf(part, rows) {
  const { part: name = part.name, contender = 'hand-rolled' } = part.floor ?? {};
  return rows.findLast((row) => row.part.name === name && row.contender.name === contender);
}

function lineOf({ contender, reason, results }, { part, metrics, floor }) {
  const failed = results?.some(({ error }) => error);
  const values = (row, { key }) => row.results.map((result) => result[key]);
  const absent = failed ? 'failed' : '—';
  const cells = metrics.flatMap((metric) => {
    const own = reason === undefined && !failed ? values({ results }, metric) : undefined;
    const cell = [metric.head, own === undefined ? absent : medianText(own, metric)];
    if (metric.ratio === undefined || floor === undefined) return [cell];
    const ratio = own && isWhole(floor) ? ratioText(pairedRatio(own, values(floor, metric))) : absent;
    return [cell, [`${metric.ratio} ÷ ${floorName(floor, part)}`, ratio]];
  });
  return {
    [part.name]: labelOf(contender),
    ...Object.fromEntries(cells),
    'to hold': contender.isOurs ? (part.toHold ?? '') : '',
  };
}

function isWhole({ results }) {
  return results !== undefined && !results.some(({ error }) => error);
}

/** For example `133 (128–141)`: the median, and the lowest and highest; one value where all are the same. */
function medianText(values, { digits = 0 }) {
  const text = (value) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)].map(text);
  return low === high ? middle : `${middle} (${low}–${high})`;
}

function floorName({ part: { name }, contender }, part) {
  if (name === part.name) return contender.name;
  return part.floor.as ?? `${contender.name}, ${name}`;
}

function labelOf({ label, name }) {
  return label ?? name;
}
