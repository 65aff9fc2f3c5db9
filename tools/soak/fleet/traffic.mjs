/** When `count` processes start: at random within the first `within` ms. */
export function randomStarts(count, within, random) {
  return Array.from({ length: count }, () => random() * within);
}

/**
 * A process's calls by one client: `every` ms apart on average, each regardless of the others (Poisson). So the first
 * call after any moment can be drawn without those before it.
 */
export function randomCalls(startAt, every, random) {
  return { random, nextCall: (after) => Math.max(after, startAt) - every * Math.log(1 - random()) };
}
