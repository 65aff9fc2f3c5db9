/** Adds up reports of the same shape: numbers are added, lists joined, objects taken member by member. */
export function sum(reports) {
  const [first] = reports;
  if (typeof first === 'number') return reports.reduce((total, number) => total + number, 0);
  if (Array.isArray(first)) return reports.flat();
  const names = new Set(reports.flatMap(Object.keys));
  const column = (name) => reports.map((report) => report[name]).filter((value) => value !== undefined);
  return Object.fromEntries(Array.from(names, (name) => [name, sum(column(name))]));
}

/** All counts of an object such as `{ token_request_timeout: 3 }`. */
export function total(counts = {}) {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
