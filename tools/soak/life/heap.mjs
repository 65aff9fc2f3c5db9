import { atMost } from './numbers.mjs';

/**
 * The heap of a fleet after it has warmed up, and after the load; in bytes. Before each look come `crowd` calls at once,
 * as many as the load may bring together: fetch keeps its connections, and their number is not what is asked.
 */
export async function withHeap(fleet, { warmUp, load, crowd }) {
  const heap = async () => {
    await fleet.all('burst', crowd);
    return fleet.heap();
  };
  await warmUp();
  const before = await heap();
  await load();
  return { before, after: await heap() };
}

/** The heap's growth as a number to hold; a short run has nothing to say about it. */
export function heapNumber({ before, after }) {
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(2);
  const growth = Math.round((after / before - 1) * 1_000) / 10;
  return atMost(`heap after GC, ${megabytes(before)} → ${megabytes(after)} MiB: growth in %`, growth, 5);
}
