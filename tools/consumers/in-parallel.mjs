import { availableParallelism } from 'node:os';

/** Maps a list, with as many at a time as the machine has processors; the results are in the list's order. */
export async function inParallel(list, job) {
  const waiting = [...list.entries()];
  const results = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await job(next[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
