import { exposedSecrets, manualClock } from '@outbound-auth/testing';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createClient } from 'redis';
import { describe, expect, it, vi } from 'vitest';
import { admin, afterwards, freePort, server, store } from './servers.ts';

const minute = 60_000;
const secret = 'eyJ-an-access-token-that-nobody-may-see';

describe('E29 Redis is down', () => {
  it('at the start: nothing happens until it is needed, then it is said at once', async () => {
    const redis = store({ url: `redis://127.0.0.1:${await freePort()}` });
    // One of ours, so that an operator is shown the message.
    await expect(redis.get('key')).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
    await expect(redis.lock('key', minute)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('at the start, and is there later: it is used then', async () => {
    const real = await server();
    await real.kill();
    const redis = store({ url: real.url });
    await expect(redis.set('key', 'text', minute)).rejects.toThrow(/ECONNREFUSED/);
    await real.restart();
    await redis.set('key', 'text', minute);
    expect((await redis.get('key'))?.value).toBe('text');
  });

  it('and dies in mid-work: what is under way fails, and it is used when it is back', async () => {
    const real = await server('appendonly yes', 'appendfsync always');
    const redis = store({ url: real.url });
    await redis.set('key', 'text', minute);
    real.freeze();
    const work = [redis.get('key'), redis.set('key', 'next', minute), redis.lock('key', minute)];
    const outcomes = Promise.allSettled(work);
    await real.kill();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(redis.get('key')).rejects.toThrow(/ECONNREFUSED/);
    await real.restart();
    expect((await redis.get('key'))?.value).toBe('text');
  });

  it('and was started again between two uses: nobody notices', async () => {
    const real = await server('appendonly yes', 'appendfsync always');
    const redis = store({ url: real.url });
    const watcher = await admin(real.url);
    await redis.set('key', 'text', minute);
    const lost = once(watcher, 'error');
    await real.restart();
    await lost;
    await redis.replace('key', 'text', 'next', minute);
    expect((await redis.get('key'))?.value).toBe('next');
  });
});

describe('E29 Redis hangs', () => {
  it('in mid-work: the connection is given up after the time-out, and another is used when it goes on', async () => {
    const clock = manualClock();
    const real = await server();
    const redis = store({ url: real.url, timeout: 3, clock });
    await redis.set('key', 'text', minute);
    real.freeze();
    const hanging = expect(redis.get('key')).rejects.toThrow(
      'Redis has not answered for 3 s; the connection is given up',
    );
    await clock.advance(2999);
    const later = expect(redis.get('key')).rejects.toThrow('the connection is given up');
    await clock.advance(1);
    await Promise.all([hanging, later]);
    real.thaw();
    expect((await redis.get('key'))?.value).toBe('text');
    expect(clock.pending).toBe(0);
  });

  it('when it is connected to: the same', async () => {
    const clock = manualClock();
    const real = await server();
    const redis = store({ url: real.url, clock });
    real.freeze();
    const hanging = expect(redis.get('key')).rejects.toThrow('Redis has not answered for 2 s');
    await clock.advance(2000);
    await hanging;
    real.thaw();
    expect(await redis.get('key')).toBeUndefined();
  });

  it('and goes on in time: the answer is taken', async () => {
    const clock = manualClock();
    const real = await server();
    const redis = store({ url: real.url, clock });
    await redis.set('key', 'text', minute);
    real.freeze();
    const slow = redis.get('key');
    await clock.advance(1999);
    real.thaw();
    expect((await slow)?.value).toBe('text');
  });

  it.each([
    ['a server', (url: string) => ({ url })],
    ['a node of a cluster', (url: string) => ({ cluster: { rootNodes: [{ url }] } })],
  ])('leaves no socket behind that was given up, of %s', async (_what, options) => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    afterwards(() => silent.close());
    await once(silent, 'listening');
    const address = silent.address();
    const clock = manualClock();
    const url = `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const hanging = expect(store({ ...options(url), clock }).get('key')).rejects.toThrow('has not answered');
    await once(silent, 'connection');
    const closed = sockets.map((socket) => once(socket.resume(), 'close'));
    await clock.advance(2000);
    await hanging;
    await Promise.all(closed);
    expect(sockets).toHaveLength(1);
  });
});

describe('E29 Redis answers, but not as it should', () => {
  it('as a read-only replica: reads work, writes and locks fail', async () => {
    const [master, replica] = await Promise.all([server('repl-diskless-sync-delay 0'), server()]);
    await store({ url: master.url }).set('key', 'text', minute);
    const orders = await admin(replica.url);
    await orders.replicaOf('127.0.0.1', master.port);
    await vi.waitFor(async () => expect(await orders.info('replication')).toContain('master_link_status:up'), 10_000);
    const redis = store({ url: replica.url });
    expect((await redis.get('key'))?.value).toBe('text');
    for (const write of [
      () => redis.set('key', 'next', minute),
      () => redis.delete('key', 'text'),
      () => redis.replace('key', 'text', 'next', minute),
      () => redis.lock('key', minute),
    ]) {
      await expect(write()).rejects.toThrow(/READONLY/);
    }
    await orders.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    expect(await redis.replace('key', 'text', 'next', minute)).toBe(true);
  });

  it('as the replica that a master has become: it is looked for anew', async () => {
    const [old, next] = [await server(), await server()];
    await (await admin(old.url)).replicaOf('127.0.0.1', next.port);
    const urls = [old.url, next.url];
    const redis = store({ url: () => urls.shift() ?? '' });
    await expect(redis.set('key', 'text', minute)).rejects.toThrow(/READONLY/);
    await redis.set('key', 'text', minute);
    expect(await (await admin(next.url)).get('outbound-auth:text:key')).toBe('text');
  });

  it('full: reads work, writes and locks fail without a lost connection', async () => {
    const real = await server('maxmemory-policy noeviction');
    const redis = store({ url: real.url });
    await redis.set('key', 'text', minute);
    const orders = await admin(real.url);
    const before = await orders.info('stats');
    await orders.configSet('maxmemory', '1');
    expect((await redis.get('key'))?.value).toBe('text');
    await expect(redis.set('key', 'next', minute)).rejects.toThrow(/OOM/);
    await expect(redis.replace('key', 'text', 'next', minute)).rejects.toThrow(/OOM/);
    await expect(redis.lock('key', minute)).rejects.toThrow(/OOM/);
    await orders.configSet('maxmemory', '0');
    expect(await redis.replace('key', 'text', 'next', minute)).toBe(true);
    const connections = (stats: string): string | undefined => /total_connections_received:(\d+)/.exec(stats)?.[1];
    expect(connections(await orders.info('stats'))).toBe(connections(before));
  });

  it('still loading its data: it fails, and is used once it is loaded', async () => {
    const real = await server();
    const orders = await admin(real.url);
    const redis = store({ url: real.url });
    await redis.set('key', 'text', minute);
    await Promise.all(Array.from({ length: 300 }, (_, key) => orders.set(`filling ${key}`, 'x'.repeat(100))));
    await orders.sendCommand(['SAVE']);
    const loaded = real.restart(['key-load-delay 2000', 'loading-process-events-interval-bytes 1024']);
    await vi.waitFor(() => expect(redis.get('key')).rejects.toThrow(/LOADING/), { timeout: 10_000, interval: 5 });
    await loaded;
    expect((await redis.get('key'))?.value).toBe('text');
  });

  it('with its scripts flushed: they are sent again', async () => {
    const real = await server();
    const redis = store({ url: real.url });
    await redis.set('key', 'text', minute);
    const orders = await admin(real.url);
    for (let time = 0; time < 2; time += 1) {
      await orders.scriptFlush();
      expect((await redis.get('key'))?.value).toBe('text');
      await orders.scriptFlush();
      expect(await redis.replace('key', 'text', 'text', minute)).toBe(true);
    }
    await orders.scriptFlush();
    await redis.delete('key', 'text');
    expect(await redis.get('key')).toBeUndefined();
  });

  it('E25 and quotes what it was sent: that stays unsaid', async () => {
    const real = await server('rename-command SET ""', 'rename-command EVALSHA ""');
    const redis = store({ url: real.url });
    for (const [failing, message] of [
      [() => redis.set('key', secret, minute), "ERR unknown command 'SET'"],
      [() => redis.replace('key', secret, secret, minute), "ERR unknown command 'EVALSHA'"],
    ] as const) {
      const error: unknown = await failing().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'store_unavailable', message });
      expect(exposedSecrets(error, [secret, secret.slice(0, 12)])).toEqual([]);
    }
  });
});

it('a key that holds no text is as if absent: the store is there for all others', async () => {
  const real = await server();
  const redis = store({ url: real.url });
  const orders = await admin(real.url);
  await orders.lPush('outbound-auth:text:key', 'an element');
  expect(await redis.get('key')).toBeUndefined();
  expect(await redis.replace('key', 'text', 'next', minute)).toBe(false);
  expect(await redis.replace('key', undefined, 'next', minute)).toBe(false);
  await redis.delete('key', 'text');
  await redis.set('key', 'text', minute);
  expect(await redis.get('key')).toMatchObject({ value: 'text' });
});

describe('E30 a lock', () => {
  it('that was lost while its holder could not reach Redis is another’s, and stays so', async () => {
    const real = await server();
    const [one, two] = [store({ url: real.url }), store({ url: real.url })];
    const lost = await one.lock('key', 50);
    const held = await vi.waitFor(async () => {
      const won = await two.lock('key', minute);
      expect(won).toBeDefined();
      return won;
    });
    expect(await lost?.extend(minute)).toBe(false);
    await lost?.release();
    expect(await one.lock('key', minute)).toBeUndefined();
    expect(await held?.extend(minute)).toBe(true);
  });

  it('whose holder is gone with its connection ends by its lifetime', async () => {
    const real = await server();
    const [one, two] = [store({ url: real.url }), store({ url: real.url })];
    await one.lock('key', 100);
    await one.close();
    expect(await two.lock('key', minute)).toBeUndefined();
    await vi.waitFor(async () => expect(await two.lock('key', minute)).toBeDefined());
  });

  it('survives a crash of Redis where every write is on the disk before its answer', async () => {
    const real = await server('appendonly yes', 'appendfsync always');
    const [one, two] = [store({ url: real.url }), store({ url: real.url })];
    const held = await one.lock('key', minute);
    await real.kill();
    await real.restart();
    expect(await two.lock('key', minute)).toBeUndefined();
    expect(await held?.extend(minute)).toBe(true);
  });
});

describe('E32 an entry', () => {
  it('has an end of its own in Redis, no later than it was told, and in Redis’ own time', async () => {
    const real = await server();
    const redis = store({ url: real.url });
    const orders = await admin(real.url);
    await redis.set('key', 'text', minute + 0.9);
    await redis.replace('fresh', undefined, 'text', minute);
    await redis.lock('key', minute);
    await redis.replace('fresh', 'text', 'next', 2 * minute);
    for (const [key, lifetime] of [
      ['outbound-auth:text:key', minute],
      ['outbound-auth:text:fresh', 2 * minute],
      ['outbound-auth:lock:key', minute],
    ] as const) {
      const left = await orders.pTTL(key);
      expect(left).toBeLessThanOrEqual(lifetime);
      expect(left).toBeGreaterThan(lifetime - minute / 2);
    }
  });

  it.each([
    ['a connection of the store’s own', async (url: string) => ({ url })],
    [
      'a client that was given',
      async (url: string) => {
        const client = await createClient({ url }).connect();
        afterwards(() => client.destroy());
        return { client };
      },
    ],
  ])('that Redis writes late is as old as it would be, by %s', async (_what, options) => {
    const [real, timer] = [await server(), store({ url: (await server()).url })];
    const redis = store(await options(real.url));
    await redis.set('old', 'text', minute);
    await redis.get('key');
    real.freeze();
    const late = [redis.set('key', 'text', 200), redis.replace('old', 'text', 'next', 200)];
    await timer.set('key', 'text', 200);
    await vi.waitFor(async () => expect(await timer.get('key')).toBeUndefined());
    real.thaw();
    await Promise.all(late);
    expect(await redis.get('key')).toBeUndefined();
    expect(await redis.get('old')).toBeUndefined();
    await redis.set('key', 'text', minute);
    expect(await redis.get('key')).toMatchObject({ value: 'text' });
  });

  it('ends in a real Redis when its time is over', async () => {
    const redis = store({ url: (await server()).url });
    await redis.set('key', 'text', 30);
    await vi.waitFor(async () => expect(await redis.get('key')).toBeUndefined());
  });

  it('that somebody else has set without an end is told as such', async () => {
    const real = await server();
    await (await admin(real.url)).set('outbound-auth:text:key', 'text');
    expect(await store({ url: real.url }).get('key')).toEqual({ value: 'text' });
  });
});
