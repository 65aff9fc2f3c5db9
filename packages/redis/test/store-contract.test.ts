import { type RedisServer, startRedisServer, storeContract, type StoreUnderTest } from '@outbound-auth/testing';
import { createClient, createClientPool } from 'redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { redisStore, type RedisStoreOptions } from '../src/index.ts';
import { type AdminClient, admin, age } from './servers.ts';

let redis: RedisServer;
let orders: AdminClient;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  redis = await startRedisServer();
  ends.push(() => redis.stop());
  orders = await admin(redis.url, (end) => ends.push(end));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** Keeps the contract by two stores that share nothing but the server. */
function keeps(name: string, options: () => Promise<RedisStoreOptions>): void {
  let stores: Promise<readonly [StoreUnderTest['store'], StoreUnderTest['store']]> | undefined;
  const connect = async (): Promise<readonly [StoreUnderTest['store'], StoreUnderTest['store']]> => {
    const made = [redisStore(await options()), redisStore(await options())] as const;
    ends.push(() => Promise.all(made.map((store) => store.close())));
    return made;
  };
  storeContract(
    { describe, it },
    {
      name,
      start: async () => {
        const [store, other] = await (stores ??= connect());
        await orders.flushAll();
        return { store, other, pass: (milliseconds) => age(orders, milliseconds), close: async () => undefined };
      },
    },
  );
}

keeps('redisStore({ url })', async () => ({ url: redis.url }));

keeps('redisStore({ client }) with a client', async () => {
  const client = await createClient({ url: redis.url }).connect();
  ends.push(() => client.destroy());
  return { client };
});

keeps('redisStore({ client }) with a pool', async () => {
  const client = createClientPool({ url: redis.url });
  await client.connect();
  ends.push(() => client.destroy());
  return { client };
});

keeps('redisStore({ client }) with a client of the older protocol that has a prefix of its own', async () => {
  const client = await createClient({ url: redis.url, RESP: 2, keyPrefix: 'app:' }).connect();
  ends.push(() => client.destroy());
  return { client };
});
