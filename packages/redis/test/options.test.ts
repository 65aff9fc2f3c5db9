import { isOutboundAuthError, OptionsError } from '@outbound-auth/core';
import { manualClock } from '@outbound-auth/testing';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { describe, expect, it } from 'vitest';
import { redisStore, type RedisStoreOptions } from '../src/index.ts';

const url = 'redis://127.0.0.1:6379';
const password = 'pass-word-of-redis';

/** What is said of options that may come from JavaScript. */
function problemsOf(options: unknown): readonly string[] {
  try {
    redisStore(options as RedisStoreOptions);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('the options of a Redis store', () => {
  it.each([
    ['an address', { url }],
    [
      'an address with TLS, and certificates',
      { url: 'rediss://127.0.0.1', clientOptions: { socket: { tls: true, ca: '' } } },
    ],
    ['an address with user, password and database', { url: `redis://user:${password}@127.0.0.1:6379/3` }],
    ['the address of a local socket', { url: 'unix:///run/redis.sock' }],
    ['a function', { url: () => url }],
    [
      'what is reached by Sentinel',
      { sentinel: { name: 'mymaster', sentinelRootNodes: [{ host: 'a', port: 26379 }] } },
    ],
    ['a cluster', { cluster: { rootNodes: [{ url }, { socket: { host: 'a', port: 6379 } }] } }],
    ['a client', { client: createClient({ url }) }],
    ['a pool', { client: createClientPool({ url }) }],
    ['a client of a cluster', { client: createCluster({ rootNodes: [{ url }] }) }],
    ['a client of Sentinels', { client: createSentinel({ name: 'a', sentinelRootNodes: [{ host: 'a', port: 1 }] }) }],
    ['what else there is', { url, prefix: 'app:', timeout: 0.5, clock: manualClock() }],
  ])('may be %s', (_what, options) => {
    expect(problemsOf(options)).toEqual([]);
  });

  const rule =
    'must be an address such as redis://host:6379, rediss://user:password@host:6380/0 or unix:///run/redis.sock, ' +
    'or a function that gives one (for example env(…))';
  const oneWay = 'give one of url, sentinel, cluster, client: how to reach Redis';
  const sentinel = { name: 'mymaster', sentinelRootNodes: [{ host: 'a', port: 26379 }] };
  const cluster = { rootNodes: [{ url }] };
  it.each<readonly [string, unknown, string]>([
    ['nothing', undefined, `redisStore({ … }): ${oneWay}`],
    ['an address alone', url, `redisStore({ … }): ${oneWay}`],
    ['no way to Redis', {}, `redisStore({ … }): ${oneWay}`],
    ['two ways to Redis', { url, cluster }, `redisStore({ url, cluster }): ${oneWay}`],
    ['an address that is none', { url: 'localhost' }, `redisStore({ url }): ${rule}`],
    ['an address without a host', { url: 'redis://' }, `redisStore({ url }): ${rule}`],
    ['an address of something else', { url: 'http://localhost' }, `redisStore({ url }): ${rule}`],
    ['an empty address', { url: '' }, `redisStore({ url }): ${rule}`],
    ['a number for an address', { url: 6379 }, `redisStore({ url }): ${rule}`],
    ['a password that is wrongly encoded', { url: 'redis://:a%zz@localhost' }, `redisStore({ url }): ${rule}`],
    [
      'an address that the rest contradicts',
      { url, clientOptions: { socket: { tls: true } } },
      'redisStore({ url }): begins with redis://, and clientOptions.socket.tls is true; make them agree',
    ],
    ['two addresses', { url, clientOptions: { url } }, 'redisStore({ clientOptions.url }): give it as url'],
    [
      'no object',
      { url, clientOptions: 1 },
      'redisStore({ clientOptions }): must be an object: what createClient of redis takes',
    ],
    [
      'what goes elsewhere',
      { sentinel, clientOptions: {} },
      'redisStore({ clientOptions }): goes with url; give sentinel.nodeClientOptions',
    ],
    [
      'what goes elsewhere',
      { cluster, clientOptions: {} },
      'redisStore({ clientOptions }): goes with url; give cluster.defaults',
    ],
    [
      'Sentinels without a name',
      { sentinel: { sentinelRootNodes: sentinel.sentinelRootNodes } },
      "redisStore({ sentinel }): must be { name: 'mymaster', sentinelRootNodes: [{ host, port }] }",
    ],
    [
      'a cluster without nodes',
      { cluster: { rootNodes: [] } },
      "redisStore({ cluster }): must be { rootNodes: [{ url: 'redis://…' }] }",
    ],
    [
      'a client of ioredis',
      { client: { evalsha: () => 0, eval: () => 0, set: () => 0, del: () => 0 } },
      'redisStore({ client }): is of another package, ioredis perhaps; give one of the package redis',
    ],
    [
      'no client',
      { client: {} },
      'redisStore({ client }): must be a client of the package redis: createClient, createClientPool, createCluster or createSentinel',
    ],
    [
      'an address that an environment variable should have told',
      { url: undefined },
      'redisStore({ url }): is undefined; is the environment variable set?',
    ],
    ['the address of a local socket without a path', { url: 'unix:run' }, `redisStore({ url }): ${rule}`],
    ...[{}, 'a:26379', { host: '', port: 1 }, { host: 'a', port: '26379' }, { host: 'a', port: 65536 }].map(
      (node) =>
        [
          'a Sentinel that is nowhere',
          { sentinel: { ...sentinel, sentinelRootNodes: [{ host: 'a', port: 26379 }, node] } },
          "redisStore({ sentinel.sentinelRootNodes[1] }): must be { host: 'sentinel-1', port: 26379 }",
        ] as const,
    ),
    ...(['nodeClientOptions', 'sentinelClientOptions'] as const).map(
      (name) =>
        [
          'an address beside that of Sentinels',
          { sentinel: { ...sentinel, [name]: { url } } },
          `redisStore({ sentinel.${name}.url }): Sentinels tell the address; give what else it holds as username, password, database`,
        ] as const,
    ),
    ...['redis://a', {}].map(
      (node) =>
        [
          'a node of a cluster that is nowhere',
          { cluster: { rootNodes: [{ url }, node] } },
          "redisStore({ cluster.rootNodes[1] }): must be { url: 'redis://host:6379' } or { socket: { host, port } }",
        ] as const,
    ),
    ...['http://a', `redis://:${password}%zz@a`].map(
      (address) =>
        [
          'a node of a cluster with an address that is none',
          { cluster: { rootNodes: [{ url }, { url: address }] } },
          `redisStore({ cluster.rootNodes[1].url }): ${rule}`,
        ] as const,
    ),
    [
      'a node of a cluster that the rest contradicts',
      { cluster: { ...cluster, defaults: { socket: { tls: true } } } },
      'redisStore({ cluster.rootNodes[0].url }): begins with redis://, and cluster.defaults.socket.tls is true; make them agree',
    ],
    [
      'a time for a client that is not ours',
      { client: createClient({ url }), timeout: 2 },
      'redisStore({ timeout }): not with client; its own options, such as socket.socketTimeout, say when it gives up',
    ],
    ['a prefix that is no text', { url, prefix: 1 }, 'redisStore({ prefix }): must be a text'],
    ['no time', { url, timeout: 0 }, 'redisStore({ timeout }): must be a number above 0, to 3600 (seconds)'],
    ['milliseconds', { url, timeout: 5000 }, 'redisStore({ timeout }): must be a number above 0, to 3600 (seconds)'],
    ['no clock', { url, clock: {} }, 'redisStore({ clock }): must be a clock, for example manualClock()'],
    [
      'a misspelt name',
      { url, Prefix: 'app:' },
      'redisStore({ Prefix }): is no option; the options are url, sentinel, cluster, client, clientOptions, prefix, timeout, clock',
    ],
  ])('may not be %s', (_what, options, problem) => {
    expect(problemsOf(options)).toEqual([problem]);
  });

  it('are checked all at once', () => {
    expect(problemsOf({ url: 'localhost', prefix: 1, timeout: -1 })).toHaveLength(3);
  });

  it.each([`redis:/${password}`, `http://user:${password}@localhost`, `redis://user:${password}%zz@localhost`])(
    'E25 that are wrong show no password of theirs: %s',
    async (address) => {
      const given = problemsOf({ url: address }).join('\n');
      const asked: unknown = await redisStore({ url: () => address })
        .get('key')
        .catch((error: unknown) => error);
      expect(asked).toMatchObject({ code: 'store_unavailable', cause: expect.any(TypeError) as unknown });
      expect(given + String(asked) + JSON.stringify(asked, Object.getOwnPropertyNames(asked))).not.toContain(password);
    },
  );

  it('may be a function that gives no address: that is told when it is needed', async () => {
    await expect(redisStore({ url: () => '' }).get('key')).rejects.toThrow(
      'the url of the Redis store must be an address',
    );
  });
});

describe('a Redis store that is closed', () => {
  it('says so', async () => {
    const store = redisStore({ url });
    await store.close();
    const error: unknown = await store.get('key').catch((reason: unknown) => reason);
    expect(isOutboundAuthError(error) && error.code).toBe('closed');
  });
});
