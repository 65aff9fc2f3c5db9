/** What Axios would take for an adapter: the first of its names that runs in Node.js, or a function. */
export function runningAdapter(adapter: unknown): 'http' | 'fetch' | 'function' {
  const named: readonly unknown[] = Array.isArray(adapter) ? adapter : [adapter];
  for (const name of named) {
    if (typeof name === 'function') return 'function';
    if (/^http$/i.test(String(name))) return 'http';
    if (/^fetch$/i.test(String(name))) return 'fetch';
  }
  return 'http';
}
