import { startRedisServer } from '@outbound-auth/testing';
import { Fleet } from './fleet.mjs';
import { Worker } from './worker.mjs';

/** Where the servers of most runs are: see there for their settings. */
const servers = new URL('./servers.mjs', import.meta.url).href;

/**
 * Gives a run the means to start what it needs, and ends all of it when the run does.
 *
 * - `redis(config)`: a RedisServer of `@outbound-auth/testing`, with lines of redis.conf
 * - `servers(settings, module)`: a process with an authorization server and an API, as Worker
 * - `fleet(count, settings)`: processes that call, as Fleet
 */
export async function withParts(run) {
  const ends = [];
  const kept = async (starting, end) => {
    const part = await starting;
    ends.unshift(() => end(part));
    return part;
  };
  try {
    return await run({
      redis: (config = []) => kept(startRedisServer({ config }), (redis) => redis.stop()),
      servers: (settings, module = servers) => kept(Worker.start(module, settings), (worker) => worker.kill()),
      fleet: (count, settings) => kept(Fleet.start(count, settings), (fleet) => fleet.kill()),
    });
  } finally {
    for (const end of ends) await end();
  }
}
