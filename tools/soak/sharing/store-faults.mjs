import { setTimeout as sleep } from 'node:timers/promises';
import { withParts } from '../kit/parts.mjs';
import { redisCommand } from '../kit/redis-command.mjs';
import { sum, total } from '../kit/sum.mjs';
import { heapNumber, withHeap } from '../life/heap.mjs';
import { atMost, exactly, outcome, told } from '../life/numbers.mjs';

const scene = new URL('./cold-scene.mjs', import.meta.url).href;
// The first pause is 0.75 to 1 s, and each one after it longer.
const shortestPause = 740;
const oneLook = 250;
// 250 ms for the store, and what a busy machine adds beside its longest stalls.
const longestLoss = 1_000;

const faults = {
  killed: { begin: (store) => store.kill(), end: (store) => store.restart() },
  frozen: { begin: (store) => store.freeze(), end: (store) => store.thaw() },
  'read-only': {
    begin: (store) => redisCommand(store, 'CONFIG', 'SET', 'min-replicas-to-write', '1'),
    end: (store) => redisCommand(store, 'CONFIG', 'SET', 'min-replicas-to-write', '0'),
  },
  restarted: { begin: (store) => store.restart(), end: () => undefined },
};

/** Redis in all kinds of trouble under load: what calls with a token at hand notice of it, and what cold ones do. */
export async function runStoreFaults({ short = false }) {
  const [processes, seconds, pause] = short ? [1, 0.8, 1.2] : [4, 3, 8];
  const load = (seconds + pause) * Object.keys(faults).length;
  return withParts(async ({ redis, servers, fleet }) => {
    const store = await redis();
    const server = await servers({ delay: 20 });
    const settings = { ...(await server.ask('addresses')), redis: store.url };
    const [warm, cold] = await Promise.all([fleet(processes, settings), fleet(processes, { ...settings, scene })]);
    await Promise.all([warm.all('burst', 1), cold.all('burst', 1)]);
    // What is written behind the calls' backs is written by then.
    await sleep(500);
    await Promise.all([warm.all('reset'), cold.all('reset')]);
    const trouble = async () => {
      const calls = Promise.all([warm.all('calls', 100, load), cold.all('calls', 20, load)]);
      for (const { begin, end } of Object.values(faults)) {
        await begin(store);
        await sleep(seconds * 1_000);
        await end(store);
        await sleep(pause * 1_000);
      }
      await calls;
    };
    const warmUp = () => warm.all('calls', 100, pause);
    const heap = short ? await trouble() : await withHeap(warm, { warmUp, load: trouble, crowd: 200 });
    return judged(await warm.report(), await cold.all('report'), await cold.all('losses'), { processes, load, heap });
  });
}

function judged(warm, colds, losses, { processes, load, heap }) {
  const looks = colds.flatMap(({ notes }) => looksOf(notes));
  const { calls, ok, events, failed, answers } = sum(colds);
  const { up, skipped, stalls } = sum(losses);
  const stall = Math.round(Math.max(...stalls));
  const title = `${processes} processes with a token at hand and ${processes} cold ones, for ${load} s: Redis is ${Object.keys(faults).join(', ')}`;
  return outcome(
    title,
    [
      told('calls with a token at hand', warm.calls),
      exactly('  failed', warm.calls - warm.ok, 0),
      exactly('  operations in the store', total(warm.store), 0),
      told('cold calls', calls),
      exactly('  failed', calls - ok, 0),
      told('  begun while the store is skipped', skipped.length),
      atMost('  looks whether it is back', looks.length, skipped.length - 1),
      exactly('  of these, before its pause was over', looks.filter((since) => since < shortestPause).length, 0),
      atMost('ms that one lost at the longest', Math.round(Math.max(...up, ...skipped)), longestLoss + 2 * stall),
      told('ms for which the machine gave a process no time, at the longest', stall),
      told('ms while it is skipped, in the middle', Math.round(median(skipped) * 10) / 10),
      told('times the store was told to have failed', events['store.failed'] ?? 0),
      told('times the store was told to be back', events['store.recovered'] ?? 0),
      ...(heap ? [heapNumber(heap)] : []),
    ],
    Object.entries({ ...failed, ...answers }).map(([what, count]) => `failed: ${count} ${what}`),
  );
}

/** The looks of one process at a store that was left aside: how many ms after it was last seen to fail. */
function looksOf(notes) {
  const looks = [];
  const seen = new Set();
  let last = { at: -Infinity };
  for (const { type, at, name, key } of notes) {
    if (type === 'store.failed') last = { at, failed: true };
    // Each call begins by a look for a token of its own; what it reads beside is of the client.
    if (type !== 'store.probed' || name !== 'get' || !key.startsWith('token:') || seen.has(key)) continue;
    seen.add(key);
    const since = at - last.at;
    // When a call could read but has not written yet, the next one may try: that is one look.
    if (!last.failed && since < oneLook) continue;
    looks.push(since);
    last = { at };
  }
  return looks;
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}
