/** Prints results in rows of equal columns: a cell is undefined, { passed, failed } or { without: reason }. */
export function printTable(title, columns, rows) {
  const lines = [[title, ...columns], ...rows.map(({ name, cells }) => [name, ...cells.map(show)])];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    console.log(
      line
        .map((text, column) => text.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    );
  const reasons = rows.flatMap(({ cells }) => cells.map((cell) => cell?.without)).filter(Boolean);
  for (const reason of new Set(reasons)) console.log(`n/a: ${reason}`);
  console.log();
}

function show(cell) {
  if (!cell) return '';
  if (cell.without) return 'n/a';
  return cell.failed === 0 ? `${cell.passed} ok` : `${cell.failed} FAILED`;
}
