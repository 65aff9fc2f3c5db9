import type { TokenStore } from '@outbound-auth/core';
import { type RedisServer, startRedisServer } from '@outbound-auth/testing';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from 'redis';
import { afterEach } from 'vitest';
import { redisStore, type RedisStoreOptions } from '../src/index.ts';

const open: (() => unknown)[] = [];

/** Ends something after the test, whatever comes of it; the last first. */
export function afterwards(end: () => unknown): void {
  open.push(end);
}

afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

export async function server(...config: string[]): Promise<RedisServer> {
  const started = await startRedisServer({ config });
  afterwards(() => started.stop());
  return started;
}

export function store(options: RedisStoreOptions): Required<TokenStore> {
  const made = redisStore(options);
  afterwards(() => made.close());
  return made;
}

const plainClient = (url: string) =>
  createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: false } });

export type AdminClient = ReturnType<typeof plainClient>;

/** A plain client, to look into a server and to give it orders. */
export async function admin(url: string, ends: (end: () => unknown) => unknown = afterwards): Promise<AdminClient> {
  const client = plainClient(url);
  client.on('error', () => undefined);
  await client.connect();
  ends(() => client.destroy());
  return client;
}

const ageScript = `local left = redis.call('PTTL', KEYS[1]) - ARGV[1]
if left > 0 then redis.call('PEXPIRE', KEYS[1], left) else redis.call('DEL', KEYS[1]) end`;

/** Lets time pass for a server's keys. Redis can't be told the time, but each key can be made older without waiting. */
export async function age(client: AdminClient, milliseconds: number): Promise<void> {
  for await (const keys of client.scanIterator()) {
    await Promise.all(keys.map((key) => client.eval(ageScript, { keys: [key], arguments: [String(milliseconds)] })));
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
