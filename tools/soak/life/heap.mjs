import { atMost } from './numbers.mjs';

/** The heap of a fleet after it has warmed up, and after the load; in bytes. */
export async function withHeap(fleet, { warmUp, load }) {
  await warmUp();
  const before = await fleet.heap();
  await load();
  return { before, after: await fleet.heap() };
}

/** The heap's growth as a number to hold; a short run has nothing to say about it. */
export function heapNumber({ before, after }) {
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(2);
  const growth = Math.round((after / before - 1) * 1_000) / 10;
  return atMost(`heap after GC, ${megabytes(before)} → ${megabytes(after)} MiB: growth in %`, growth, 5);
}
