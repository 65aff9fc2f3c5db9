import { manualClock, startRedisServer } from '@outbound-auth/testing';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from 'redis';
import { describe, expect, it } from 'vitest';
import { selfSigned } from './certificate.ts';
import { type AdminClient, admin, afterwards, server, store } from './servers.ts';

const minute = 60_000;

/** How many clients a server has, without the one that asks. */
async function clientsOf(orders: AdminClient): Promise<number> {
  const list = await orders.sendCommand<string>(['CLIENT', 'LIST', 'TYPE', 'normal']);
  return list.trim().split('\n').length - 1;
}

/** What keeps this process alive, of the kinds that a store has. */
function held(): Record<'sockets' | 'timers', number> {
  const kinds = process.getActiveResourcesInfo();
  const count = (wanted: string): number => kinds.filter((kind) => kind === wanted).length;
  return { sockets: count('TCPSocketWrap'), timers: count('Timeout') };
}

describe('a connection to Redis', () => {
  it('is opened by the first use, and serves all', async () => {
    const real = await server();
    const orders = await admin(real.url);
    const redis = store({ url: real.url });
    expect(await clientsOf(orders)).toBe(0);
    await Promise.all(Array.from({ length: 50 }, (_, key) => redis.set(`key ${key}`, 'text', minute)));
    await redis.get('key 1');
    expect(await clientsOf(orders)).toBe(1);
  });

  it('asks the address’ function each time it is opened', async () => {
    const [first, second] = [await server(), await server()];
    const urls = [first.url, second.url];
    const redis = store({ url: async () => urls.shift() ?? '' });
    await redis.set('key', 'text', minute);
    await first.kill();
    const next = redis.get('key').catch(() => redis.get('key'));
    expect(await next).toBeUndefined();
    await redis.set('key', 'other', minute);
    expect(await (await admin(second.url)).get('outbound-auth:text:key')).toBe('other');
  });

  it('asks it again after it has failed', async () => {
    const { url } = await server();
    const answers = [Promise.reject(new Error('the vault is sealed')), Promise.resolve(''), Promise.resolve(url)];
    const redis = store({ url: () => answers.shift() ?? '' });
    await expect(redis.get('key')).rejects.toThrow('the vault is sealed');
    await expect(redis.get('key')).rejects.toThrow('must be an address');
    expect(await redis.get('key')).toBeUndefined();
  });

  it('takes user, password and database from the address, or beside it', async () => {
    const real = await server('requirepass pass:/@word', 'user app on >a-secret ~app:* +@all');
    const address = `redis://:${encodeURIComponent('pass:/@word')}@127.0.0.1:${real.port}`;
    await store({ url: `${address}/2` }).set('key', 'text', minute);
    const orders = await admin(`${address}/2`);
    expect(await orders.keys('*')).toEqual(['outbound-auth:text:key']);
    await store({
      url: real.url,
      clientOptions: { username: 'app', password: 'a-secret', database: 3 },
      prefix: 'app:',
    }).set('key', 'text', minute);
    expect(await (await admin(`${address}/3`)).keys('*')).toEqual(['app:text:key']);
  });

  it('E25 that is refused tells why, without the password', async () => {
    const real = await server('requirepass right');
    const refused: unknown = await store({ url: `redis://:wrong-password@127.0.0.1:${real.port}` })
      .get('key')
      .catch((error: unknown) => error);
    // Without a full stop, for a sentence may go on after it.
    expect(String(refused)).toMatch(/WRONGPASS .*[^.]$/);
    expect(String(refused)).not.toContain('wrong-password');
    await expect(store({ url: real.url }).get('key')).rejects.toThrow('NOAUTH');
  });

  it('needs these commands alone', async () => {
    const real = await server(
      'user app on nopass ~outbound-auth:* -@all +hello +select +time +get +pttl +set +del +eval +evalsha',
    );
    const redis = store({ url: `redis://app:any@127.0.0.1:${real.port}` });
    await redis.set('key', 'text', minute);
    await redis.set('key', 'over', 0);
    expect(await redis.replace('key', undefined, 'text', minute)).toBe(true);
    expect(await redis.replace('key', 'text', 'next', minute)).toBe(true);
    expect((await redis.get('key'))?.value).toBe('next');
    await redis.delete('key', 'next');
    const lock = await redis.lock('key', minute);
    expect(await lock?.extend(minute)).toBe(true);
    await lock?.release();
    expect(await (await admin(real.url)).dbSize()).toBe(0);
  });

  it('may be one with TLS, whose certificate is checked', async () => {
    const tls = selfSigned();
    const real = await startRedisServer({ tls });
    afterwards(() => real.stop());
    const clock = manualClock();
    const redis = store({ url: real.url, clientOptions: { socket: { tls: true, ca: tls.certificate } }, clock });
    await redis.set('key', 'text', minute);
    expect((await redis.get('key'))?.value).toBe('text');
    await expect(store({ url: real.url }).get('key')).rejects.toThrow('self-signed certificate');

    real.freeze();
    const hanging = expect(redis.get('key')).rejects.toThrow('has not answered');
    await clock.advance(2000);
    await hanging;
    real.thaw();
    expect((await redis.get('key'))?.value).toBe('text');
  });

  it('does not keep the process alive: core does for those who wait', async () => {
    const real = await server();
    const before = held();
    const redis = store({ url: real.url });
    await redis.get('key');
    expect(held()).toEqual(before);
    real.freeze();
    const waiting = redis.get('key');
    expect(held()).toEqual(before);
    real.thaw();
    await waiting;
  });

  it('does not keep the process alive while it is opened', async () => {
    const silent = createServer((socket) => socket.unref()).listen(0, '127.0.0.1');
    afterwards(() => silent.close());
    await once(silent, 'listening');
    const before = held();
    const address = silent.address();
    const clock = manualClock();
    const redis = store({ url: `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, clock });
    const hanging = expect(redis.get('key')).rejects.toThrow('has not answered');
    await once(silent, 'connection');
    expect(held()).toEqual(before);
    await clock.advance(2000);
    await hanging;
  });
});

describe('closing a store', () => {
  it('ends its connection once what is under way is done', async () => {
    const real = await server();
    const orders = await admin(real.url);
    const redis = store({ url: real.url });
    const writing = redis.set('key', 'text', minute);
    await redis.close();
    await writing;
    expect(await orders.get('outbound-auth:text:key')).toBe('text');
    await expect.poll(() => clientsOf(orders)).toBe(0);
    await expect(redis.get('key')).rejects.toThrow('the Redis store is closed');
    await redis.close();
  });

  it('waits for the time-out, and not longer, while Redis hangs', async () => {
    const clock = manualClock();
    const real = await server();
    const redis = store({ url: real.url, clock });
    await redis.get('key');
    real.freeze();
    const hanging = expect(redis.get('key')).rejects.toThrow('has not answered');
    const closing = redis.close();
    await clock.advance(2000);
    await Promise.all([hanging, closing]);
  });

  it('is one closing, however often it is asked for', async () => {
    const clock = manualClock();
    const real = await server();
    const redis = store({ url: real.url, clock });
    await redis.get('key');
    real.freeze();
    const hanging = expect(redis.get('key')).rejects.toThrow('has not answered');
    const closing = [redis.close(), redis.close()];
    await clock.advance(2000);
    await Promise.all([hanging, ...closing]);
  });

  it('that hangs with nothing under way takes no time', async () => {
    const real = await server();
    const redis = store({ url: real.url, clock: manualClock() });
    await redis.get('key');
    real.freeze();
    await redis.close();
  });

  it('whose address is never told takes no time once its use was given up, and an address that comes late is not used', async () => {
    const clock = manualClock();
    const real = await server();
    const orders = await admin(real.url);
    let tell: (address: string) => void = () => undefined;
    const address = new Promise<string>((resolve) => (tell = resolve));
    const redis = store({ url: () => address, clock });
    const hanging = expect(redis.get('key')).rejects.toThrow('has not answered');
    await clock.advance(2000);
    await hanging;
    await redis.close();
    expect(clock.pending).toBe(0);
    tell(real.url);
    await address;
    expect(await clientsOf(orders)).toBe(0);
  });

  it('keeps the process alive until it is done', async () => {
    const real = await server();
    const redis = store({ url: real.url });
    await redis.get('key');
    real.freeze();
    const waiting = redis.get('key');
    const before = held();
    const closing = redis.close();
    expect(held()).toEqual({ ...before, timers: before.timers + 1 });
    real.thaw();
    await Promise.all([waiting, closing]);
  });

  it('leaves a client alone that was given', async () => {
    const real = await server();
    const client = await createClient({ url: real.url }).connect();
    afterwards(() => client.destroy());
    const redis = store({ client });
    await redis.set('key', 'text', minute);
    await redis.close();
    expect(await client.get('outbound-auth:text:key')).toBe('text');
  });
});

describe('a client of one’s own', () => {
  it('that was never connected: it is told what to do', async () => {
    const client = createClient({ url: (await server()).url });
    await expect(store({ client }).get('key')).rejects.toThrow('The client is closed; connect it: client.connect()');
  });

  it('E25 shows no text that its server quotes', async () => {
    const real = await server('rename-command SET ""');
    const client = await createClient({ url: real.url }).connect();
    afterwards(() => client.destroy());
    await expect(store({ client }).set('key', 'a-secret-text', minute)).rejects.toThrow(/^ERR unknown command 'SET'$/);
  });
});

describe('the prefix', () => {
  it('keeps apart what applications do not want to share', async () => {
    const { url } = await server();
    const [one, two, same] = [store({ url, prefix: 'a:' }), store({ url, prefix: 'b:' }), store({ url, prefix: 'a:' })];
    await one.set('key', 'text', minute);
    expect(await two.get('key')).toBeUndefined();
    expect((await same.get('key'))?.value).toBe('text');
    expect(await one.lock('key', minute)).toBeDefined();
    expect(await two.lock('key', minute)).toBeDefined();
    expect(await same.lock('key', minute)).toBeUndefined();
  });
});
