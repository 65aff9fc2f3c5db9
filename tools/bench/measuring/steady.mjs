import { median } from '../statistics.mjs';

const batchTime = 25;
const batches = 7;
const bytesInBatch = 200_000;

/** What one call costs once it is hot: { ns, bytes }, each the median of batches. */
export async function costAwaited(call) {
  const many = async (times) => {
    for (let index = 0; index < times; index += 1) await call(index);
  };
  return { ns: await nsOf(many), bytes: await bytesOf(many) };
}

/** The same for a call that gives its result without a promise. */
export async function costAtOnce(call) {
  let last;
  const many = (times) => {
    // Kept, so that no compiler can leave the call out.
    for (let index = 0; index < times; index += 1) last = call(index);
  };
  const cost = { ns: await nsOf(many), bytes: await bytesOf(many) };
  if (last === undefined) throw new Error('the calls gave nothing');
  return cost;
}

/** Only the time. */
export function nsAwaited(call) {
  return nsOf(async (times) => {
    for (let index = 0; index < times; index += 1) await call(index);
  });
}

async function nsOf(many) {
  // Doubled until a batch is long enough to be timed; by then the code is compiled.
  let times = 16;
  while ((await timeOf(many, times)) < batchTime) times *= 2;
  const results = [];
  for (let batch = 0; batch < batches; batch += 1) results.push(((await timeOf(many, times)) * 1e6) / times);
  return median(results);
}

async function timeOf(many, times) {
  const start = performance.now();
  await many(times);
  return performance.now() - start;
}

// The heap's growth over so few calls that no collection falls between the two looks at it; where one did, the median
// of the batches drops it.
async function bytesOf(many) {
  const rough = (await growthOf(many, 8)) / 8;
  const times = Math.max(1, Math.min(1_000, Math.floor(bytesInBatch / Math.max(rough, 1))));
  const results = [];
  for (let batch = 0; batch < 2 * batches + 1; batch += 1) results.push((await growthOf(many, times)) / times);
  return Math.max(0, median(results));
}

async function growthOf(many, times) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  await many(times);
  return process.memoryUsage().heapUsed - before;
}
