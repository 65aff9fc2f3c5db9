import { type Clock, type OptionProblem, OptionsError } from '@outbound-auth/core';
import { addressProblem } from './address.ts';
import { checkCluster, checkSentinel } from './check-nodes.ts';
import { hasFunctions, isRecord, type Refuse } from './check.ts';
import type { RedisStoreOptions } from './options.ts';

/** The options, checked and with all defaults. */
export interface StoreSettings extends Omit<RedisStoreOptions, 'prefix' | 'timeout' | 'clock'> {
  readonly prefix: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
}

const ways = ['url', 'sentinel', 'cluster', 'client'] as const;
const others = ['clientOptions', 'prefix', 'timeout', 'clock'] as const;
const oneWay = `give one of ${ways.join(', ')}: how to reach Redis`;

const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback, options) => {
    const timer = setTimeout(callback, milliseconds);
    if (options?.unref === true) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** @throws {OptionsError} */
export function readOptions(given: RedisStoreOptions): StoreSettings {
  const problems: OptionProblem[] = [];
  const refuse = (name: string, message: string): void => {
    problems.push({ path: `redisStore({ ${name} })`, message });
  };
  check(given, refuse);
  if (problems.length > 0) throw new OptionsError(problems);
  const { prefix = 'outbound-auth:', timeout = 2, clock = systemClock, ...way } = given;
  return { ...way, prefix, timeout: timeout * 1000, clock };
}

function check(given: unknown, refuse: Refuse): void {
  if (!isRecord(given)) {
    refuse('…', oneWay);
    return;
  }
  const there = ways.filter((name) => given[name] !== undefined);
  if (there.length === 0 && 'url' in given) refuse('url', 'is undefined; is the environment variable set?');
  else if (there.length !== 1) refuse(there.join(', ') || '…', oneWay);
  for (const name of Object.keys(given)) {
    if (![...ways, ...others].some((known) => known === name)) {
      refuse(name, `is no option; the options are ${[...ways, ...others].join(', ')}`);
    }
  }
  checkWay(given, refuse);
  const { prefix, timeout, clock, client } = given;
  if (timeout !== undefined && client !== undefined) {
    refuse('timeout', 'not with client; its own options, such as socket.socketTimeout, say when it gives up');
  }
  if (prefix !== undefined && typeof prefix !== 'string') refuse('prefix', 'must be a text');
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0 && timeout <= 3600)) {
    refuse('timeout', 'must be a number above 0, to 3600 (seconds)');
  }
  if (clock !== undefined && !hasFunctions(clock, 'now', 'after'))
    refuse('clock', 'must be a clock, for example manualClock()');
}

function checkWay({ url, clientOptions, sentinel, cluster, client }: Record<string, unknown>, refuse: Refuse): void {
  if (url !== undefined) {
    const problem = typeof url === 'function' ? undefined : addressProblem(url, clientOptions);
    if (problem !== undefined) refuse('url', problem);
  }
  if (clientOptions !== undefined) {
    if (!isRecord(clientOptions)) refuse('clientOptions', 'must be an object: what createClient of redis takes');
    else if (url === undefined) refuse('clientOptions', elsewhere({ sentinel, cluster }));
    else if (clientOptions['url'] !== undefined) refuse('clientOptions.url', 'give it as url');
  }
  if (sentinel !== undefined) checkSentinel(sentinel, refuse);
  if (cluster !== undefined) checkCluster(cluster, refuse);
  if (client !== undefined) {
    if (hasFunctions(client, 'evalsha'))
      refuse('client', 'is of another package, ioredis perhaps; give one of the package redis');
    else if (!hasFunctions(client, 'evalSha', 'eval', 'set', 'del')) {
      refuse(
        'client',
        'must be a client of the package redis: createClient, createClientPool, createCluster or createSentinel',
      );
    }
  }
}

function elsewhere({ sentinel, cluster }: Record<string, unknown>): string {
  if (sentinel !== undefined) return 'goes with url; give sentinel.nodeClientOptions';
  return cluster === undefined ? 'goes with url' : 'goes with url; give cluster.defaults';
}
