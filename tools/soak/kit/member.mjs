// One process of a fleet: it calls an API through the product, and counts what becomes of that.
import { createOutboundAuth } from '@outbound-auth/core';
import { redisStore } from '@outbound-auth/redis';
import { countedStore } from './counted-store.mjs';
import { Counts } from './counts.mjs';
import { Pace } from './pace.mjs';

/**
 * - `scene`: the URL of a module; default one-client.mjs. Its `open(settings)` gives `{ options, call(auth, n),
 *   peek(auth, n) }`: what createOutboundAuth takes, what the n-th call is (its Response; or undefined, which counts as
 *   one that went well), and the token that is at hand for it. It may take events (`onEvent`) and add `commands`
 * - `redis`: the address of the store; without it there is none
 * - all else is for the scene
 */
export async function start(settings) {
  const { open } = await import(settings.scene ?? './one-client.mjs');
  const counts = new Counts();
  const pace = new Pace();
  const { options, call, peek, onEvent, commands = {} } = await open(settings, counts);
  const asked = (name, key) => {
    counts.add('store', name);
    // Of a store that is left aside, each one counts.
    if (auth.status().store === 'skipped') counts.note('store.probed', { name, key });
  };
  const store = settings.redis && countedStore(redisStore({ url: settings.redis }), asked);
  const told = (event) => {
    counts.event(event);
    onEvent?.(event);
  };
  const auth = createOutboundAuth({ ...options, store, onEvent: told });
  let number = 0;

  const one = async () => {
    const own = number++;
    counts.add('calls');
    try {
      if (peek(auth, own) === undefined) counts.add('waited');
      const response = await call(auth, own);
      await response?.arrayBuffer();
      if (response === undefined || response.status === 200) counts.add('ok');
      else counts.add('answers', response.status);
    } catch (error) {
      counts.add('failed', error.code ?? error.message);
    }
  };

  return {
    /** So many calls, all at once. */
    burst: async (count) => {
      await Promise.all(Array.from({ length: count }, one));
    },
    /** Calls at a steady pace; resolves when all have ended. */
    calls: (perSecond, seconds) => pace.run(perSecond, seconds, one),
    /** Calls one after the other for so long. */
    row: async (seconds) => {
      const end = performance.now() + seconds * 1_000;
      while (performance.now() < end) await one();
    },
    /** Ends `calls` early. */
    stop: () => pace.stop(),
    report: () => counts.report(),
    /** Counts from 0 again. */
    reset: () => counts.reset(),
    status: () => auth.status(),
    heap: async () => {
      globalThis.gc();
      // What finalizers let go of is collected by the next one.
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc();
      return process.memoryUsage().heapUsed;
    },
    close: () => auth.close(),
    ...commands,
  };
}
