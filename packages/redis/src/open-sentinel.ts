import { createClient, type RedisClientOptions } from 'redis';
import { connected, oneConnection } from './open-server.ts';
import type { SentinelNode, SentinelOptions } from './options.ts';
import type { OpenClient, SessionHost } from './session.ts';

/**
 * Connects to the master that the Sentinels name. Not by `createSentinel`, which can't be ended while a Sentinel hangs,
 * and keeps the process alive.
 *
 * @see https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
export async function openSentinel(options: SentinelOptions, host: SessionHost): Promise<OpenClient> {
  const { nodeClientOptions = {}, name } = options;
  const node = mapped(await masterOf(options, host.signal), options.nodeAddressMap);
  const client = await connected(at(node, nodeClientOptions), host);
  const role = await client.redis.role();
  // In the middle of a failover a Sentinel may still name the old one.
  if (role?.role !== 'master')
    throw new Error(`the Redis server that is named as master of '${name}' is none yet, or no more`);
  return client;
}

/** All are asked at once, for one of them may hang. */
async function masterOf(
  { name, sentinelRootNodes, sentinelClientOptions = {} }: SentinelOptions,
  signal: AbortSignal,
): Promise<SentinelNode> {
  return Promise.any(
    sentinelRootNodes.map(async (sentinel) => {
      const client = createClient(oneConnection(at(sentinel, sentinelClientOptions), signal));
      // It rejects what is asked, too.
      client.on('error', () => undefined);
      try {
        await client.connect();
        const reply = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]);
        if (!Array.isArray(reply)) throw new Error(`no Sentinel knows a master of the name '${name}'`);
        return { host: String(reply[0]), port: Number(reply[1]) };
      } finally {
        client.destroy();
      }
    }),
  );
}

function at(node: SentinelNode, options: RedisClientOptions): RedisClientOptions {
  return { ...options, socket: { ...options.socket, ...node } };
}

function mapped(node: SentinelNode, map: SentinelOptions['nodeAddressMap']): SentinelNode {
  const address = `${node.host}:${node.port}`;
  return (typeof map === 'function' ? map(address) : map?.[address]) ?? node;
}
