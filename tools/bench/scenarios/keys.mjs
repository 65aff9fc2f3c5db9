import { endpointInside, fill, keysFrom, shuffled } from '../measuring/many-tokens.mjs';
import { nsAwaited } from '../measuring/steady.mjs';
import { median } from '../statistics.mjs';

const tokenLength = 200;
const inserts = 2_000;
const lookUpTime = { key: 'ns', head: 'look-up ns', ratio: 'ns' };

export const scenario = {
  explains: `A key is an audience of the call; hand-rolled is a Map of ten-line caches. Tokens come from inside the process. Keys are
looked up in a shuffled order. Bytes: growth of the collected heap, less the token's own ${tokenLength} characters.
Making room: one token more when all that fit are there and each was used once; the median of ${inserts.toLocaleString('en')}, and the longest.`,
  rounds: { full: 3, quick: 1 },
  metrics: [lookUpTime, { key: 'bytes', head: 'bytes a key' }],
  cases: [
    lookUp(10, { metrics: [lookUpTime] }),
    lookUp(1_000),
    lookUp(100_000, { rounds: 1, slow: true }),
    lookUp(1_000_000, { rounds: 1, large: true }),
    makingRoom(1_000),
    makingRoom(10_000),
    makingRoom(100_000, { rounds: 1, slow: true }),
  ],
};

function lookUp(count, more) {
  const leavesOut = count > 1_000 ? { '@azure/msal-node': 'its look-up takes longer with every key: see 1,000' } : {};
  return {
    name: `${count.toLocaleString('en')} keys`,
    needs: 'byKey',
    leavesOut,
    toHold: '≤ 1.3 × hand-rolled; ≤ 700 bytes',
    measure: async (open) => {
      const keys = keysFrom(0, count);
      const order = shuffled(keys);
      const endpoint = { fetch: endpointInside(tokenLength), capacity: count };
      // What is there once for all, code above all, is there before the first look at the heap.
      await fill((await open(endpoint)).get, keysFrom(count, 1_000));
      const { get } = await open(endpoint);
      const before = heap();
      await fill(get, keys);
      const bytes = (heap() - before) / count - tokenLength;
      let place = 0;
      const ns = await nsAwaited(() => {
        place = place + 1 < count ? place + 1 : 0;
        return get(order[place]);
      });
      return { ns, bytes };
    },
    ...more,
  };
}

function makingRoom(capacity, more) {
  return {
    name: `making room among ${capacity.toLocaleString('en')}`,
    needs: 'byKey',
    leavesOut: {
      'hand-rolled': 'it keeps all for ever',
      '@badgateway/oauth2-client': 'the Map is the user’s',
      '@azure/msal-node': 'it keeps all for ever',
    },
    toHold: 'constant time',
    metrics: [
      { key: 'room', head: 'µs to keep one more', digits: 1 },
      { key: 'free', head: 'where there is room', digits: 1 },
      { key: 'longest', head: 'longest µs' },
    ],
    measure: async (open) => {
      const { get } = await open({ fetch: endpointInside(tokenLength), capacity });
      const keys = keysFrom(0, capacity + inserts);
      await fill(get, keys.slice(0, capacity - inserts / 4));
      const free = await timesOf(get, keys.slice(capacity - inserts / 4, capacity));
      await fill(get, keys.slice(0, capacity));
      const room = await timesOf(get, keys.slice(capacity));
      return { room: median(room), free: median(free), longest: Math.max(...room) };
    },
    ...more,
  };
}

async function timesOf(get, keys) {
  const times = [];
  for (const key of keys) {
    const start = performance.now();
    await get(key);
    times.push((performance.now() - start) * 1_000);
  }
  return times;
}

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
