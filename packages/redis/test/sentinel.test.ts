import { type RedisServer, startRedisServer } from '@outbound-auth/testing';
import { describe, expect, it, vi } from 'vitest';
import type { SentinelNode, SentinelOptions } from '../src/index.ts';
import { admin, afterwards, server, store } from './servers.ts';

const minute = 60_000;

async function sentinel(...config: string[]): Promise<RedisServer> {
  const started = await startRedisServer({ sentinel: true, config });
  afterwards(() => started.stop());
  return started;
}

const watching = (master: RedisServer): string[] => [
  `sentinel monitor mymaster 127.0.0.1 ${master.port} 1`,
  'sentinel down-after-milliseconds mymaster 200',
  'sentinel failover-timeout mymaster 2000',
];

function through(...sentinels: RedisServer[]): SentinelOptions {
  const sentinelRootNodes: SentinelNode[] = sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  return { name: 'mymaster', sentinelRootNodes };
}

describe('a master that Sentinels know', () => {
  it('E29 is used, and the next one after it has died', async () => {
    const master = await server('repl-diskless-sync-delay 0');
    const replica = await server(`replicaof 127.0.0.1 ${master.port}`);
    const orders = await admin(replica.url);
    await vi.waitFor(async () => expect(await orders.info('replication')).toContain('master_link_status:up'), 10_000);
    const watcher = await sentinel(...watching(master));
    const redis = store({ sentinel: through(watcher) });
    await redis.set('key', 'text', minute);
    expect(await (await admin(master.url)).get('outbound-auth:text:key')).toBe('text');
    const told = await admin(watcher.url);
    await vi.waitFor(
      async () => expect(await told.sendCommand(['SENTINEL', 'REPLICAS', 'mymaster'])).toHaveLength(1),
      15_000,
    );

    await master.kill();
    await vi.waitFor(() => redis.set('key', 'next', minute), { timeout: 15_000, interval: 50 });
    // Redis has ended all connections of the one that became master.
    expect(await (await admin(replica.url)).get('outbound-auth:text:key')).toBe('next');
  }, 30_000);

  it('is found by those that answer, while another hangs or is down', async () => {
    const master = await server();
    const [first, second, third] = [
      await sentinel(...watching(master)),
      await sentinel(...watching(master)),
      await sentinel(...watching(master)),
    ];
    first.freeze();
    await second.kill();
    const redis = store({ sentinel: through(first, second, third) });
    await redis.set('key', 'text', minute);
    expect((await redis.get('key'))?.value).toBe('text');
  });

  it('is reached with the passwords and addresses that are given for it', async () => {
    const master = await server('requirepass of-the-master');
    const watcher = await sentinel(
      ...watching(master),
      'sentinel auth-pass mymaster of-the-master',
      'requirepass of-the-sentinel',
    );
    const known = through(watcher);
    const redis = store({
      sentinel: {
        ...known,
        sentinelClientOptions: { password: 'of-the-sentinel' },
        nodeClientOptions: { password: 'of-the-master' },
        nodeAddressMap: (address) =>
          address === `127.0.0.1:${master.port}` ? { host: 'localhost', port: master.port } : undefined,
      },
    });
    await redis.set('key', 'text', minute);
    await expect(store({ sentinel: known }).get('key')).rejects.toThrow('NOAUTH');
    const elsewhere = { [`127.0.0.1:${master.port}`]: { host: '127.0.0.1', port: 1 } };
    const lost = store({
      sentinel: { ...known, sentinelClientOptions: { password: 'of-the-sentinel' }, nodeAddressMap: elsewhere },
    });
    await expect(lost.get('key')).rejects.toThrow('ECONNREFUSED 127.0.0.1:1');
  });

  it('that is none any more is not used', async () => {
    const [master, other] = [await server(), await server()];
    const watcher = await sentinel(...watching(master));
    watcher.freeze();
    await (await admin(master.url)).replicaOf('127.0.0.1', other.port);
    watcher.thaw();
    await expect(store({ sentinel: through(watcher) }).get('key')).rejects.toThrow(
      "the Redis server that is named as master of 'mymaster' is none yet, or no more",
    );
  });

  it('that nobody knows is said, and that nobody answers', async () => {
    const watcher = await sentinel();
    await expect(store({ sentinel: through(watcher) }).get('key')).rejects.toThrow(
      "no Sentinel knows a master of the name 'mymaster'",
    );
    await watcher.kill();
    await expect(store({ sentinel: through(watcher) }).get('key')).rejects.toThrow('ECONNREFUSED');
  });
});
