import { exposedSecrets, type RedisServer, startRedisServer, storeContract } from '@outbound-auth/testing';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisStore, type RedisStoreOptions } from '../src/index.ts';
import { type AdminClient, admin, age, freePort, store } from './servers.ts';

const minute = 60_000;
const ends: (() => unknown)[] = [];
let nodes: RedisServer[];
let orders: AdminClient[];

beforeAll(async () => {
  nodes = await Promise.all([node(), node(), node()]);
  orders = await Promise.all(nodes.map(({ url }) => admin(url, (end) => ends.push(end))));
  const share = Math.ceil(16_384 / orders.length);
  for (const [index, client] of orders.entries()) {
    await client.clusterAddSlotsRange({ start: index * share, end: Math.min(16_383, (index + 1) * share - 1) });
    await client.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)]);
  }
  for (const [index, client] of orders.entries()) {
    const bus = (await client.configGet('cluster-port'))['cluster-port'] ?? '';
    await orders[0]?.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(nodes[index]?.port), bus]);
  }
  for (const client of orders) {
    await vi.waitFor(
      async () => expect(await client.clusterInfo()).toMatch(/cluster_state:ok[^]*cluster_slots_ok:16384/),
      20_000,
    );
  }
}, 30_000);
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function node(): Promise<RedisServer> {
  const bus = await freePort();
  const started = await startRedisServer({
    config: [
      'cluster-enabled yes',
      `cluster-port ${bus}`,
      'cluster-require-full-coverage no',
      'cluster-node-timeout 60000',
    ],
  });
  ends.push(() => started.stop());
  return started;
}

const cluster = (): NonNullable<RedisStoreOptions['cluster']> => ({ rootNodes: nodes.map(({ url }) => ({ url })) });

/** Keys of which each node has some. */
const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);

describe('a cluster', () => {
  for (const [name, options] of [
    ['redisStore({ cluster })', async () => ({ cluster: cluster() })],
    [
      'redisStore({ client }) with a cluster',
      async () => {
        const client = createCluster(cluster());
        await client.connect();
        ends.push(() => client.destroy());
        return { client };
      },
    ],
  ] as const) {
    let made: Promise<ReturnType<typeof redisStore>[]> | undefined;
    storeContract(
      { describe, it },
      {
        name,
        start: async () => {
          const [one, two] = await (made ??= Promise.all([options(), options()]).then((both) => both.map(redisStore)));
          if (one === undefined || two === undefined) throw new Error('two stores were to be made');
          ends.push(() => Promise.all([one.close(), two.close()]));
          await Promise.all(orders.map((client) => client.flushAll()));
          return {
            store: one,
            other: two,
            pass: async (milliseconds) => {
              await Promise.all(orders.map((client) => age(client, milliseconds)));
            },
            close: async () => undefined,
          };
        },
      },
    );
  }

  it('has keys and locks on all of its nodes', async () => {
    const redis = store({ cluster: cluster() });
    await Promise.all(keys.map((key) => redis.set(key, key, minute)));
    await Promise.all(keys.map((key) => redis.lock(key, minute)));
    expect((await Promise.all(keys.map((key) => redis.get(key)))).map((found) => found?.value)).toEqual(keys);
    for (const client of orders) expect(await client.dbSize()).toBeGreaterThan(0);
  });

  it('E29 with a node that is down: its keys fail, the others work; all do when it is back', async () => {
    const redis = store({ cluster: cluster() });
    await Promise.all(keys.map((key) => redis.set(key, key, minute)));
    await nodes[2]?.kill();
    const outcomes: string[] = [];
    for (const key of keys)
      outcomes.push(
        await redis.get(key).then(
          () => 'works',
          () => 'fails',
        ),
      );
    expect(new Set(outcomes)).toEqual(new Set(['works', 'fails']));
    await nodes[2]?.restart();
    await vi.waitFor(() => Promise.all(keys.map((key) => redis.set(key, key, minute))), {
      timeout: 15_000,
      interval: 50,
    });
  }, 30_000);

  it('does not keep the process alive once it is connected', async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const before = sockets();
    const redis = store({ cluster: cluster() });
    await Promise.all(keys.map((key) => redis.get(key)));
    expect(sockets()).toBe(before);
    const waiting = redis.get('key 1');
    expect(sockets()).toBe(before);
    await waiting;
    await redis.close();
    expect(sockets()).toBe(before);
  });

  it('E29 that cannot be reached tells why, and no password', async () => {
    const locked = await startRedisServer({ config: ['requirepass right'] });
    ends.push(() => locked.stop());
    const down = `redis://127.0.0.1:${await freePort()}`;
    const wrong = `redis://:wrong-password@127.0.0.1:${locked.port}`;
    const redis = store({ cluster: { rootNodes: [{ url: down }, { url: wrong }] } });
    const error: unknown = await redis.get('key').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(/ECONNREFUSED/) as unknown,
    });
    expect(error).toMatchObject({ message: expect.stringMatching(/WRONGPASS/) as unknown });
    expect(exposedSecrets(error, ['wrong-password'])).toEqual([]);
  });
});
