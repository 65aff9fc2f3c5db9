import type { RedisClientOptions } from 'redis';
import { connected, oneConnection, type Pattern, patternOf } from './open-server.ts';
import type { SentinelNode, SentinelOptions } from './options.ts';
import type { Open } from './session.ts';

/**
 * Connects to the master that the Sentinels name. Not by `createSentinel`, which can't be ended while a Sentinel hangs,
 * and keeps the process alive.
 *
 * @see https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
export function sentinelOpener(options: SentinelOptions): Open {
  const { nodeClientOptions = {}, sentinelClientOptions = {}, name } = options;
  const patterns = { node: patternOf(nodeClientOptions), sentinel: patternOf(sentinelClientOptions) };
  return async (host) => {
    // All are asked at once, for one of them may hang.
    const node = await Promise.any(
      options.sentinelRootNodes.map((sentinel) =>
        masterOf(name, patterns.sentinel, oneConnection(at(sentinel, sentinelClientOptions), host.signal)),
      ),
    );
    const client = await connected(patterns.node, at(mapped(node, options.nodeAddressMap), nodeClientOptions), host);
    const role = await client.role();
    // In the middle of a failover a Sentinel may still name the old one.
    if (role?.role !== 'master') {
      throw new Error(`the Redis server that is named as master of '${name}' is none yet, or no more`);
    }
    return client;
  };
}

async function masterOf(name: string, pattern: Pattern, options: RedisClientOptions): Promise<SentinelNode> {
  const client = pattern.duplicate(options);
  // It rejects what is asked, too.
  client.on('error', () => undefined);
  client.unref();
  try {
    await client.connect();
    const reply = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]);
    if (!Array.isArray(reply)) throw new Error(`no Sentinel knows a master of the name '${name}'`);
    return { host: String(reply[0]), port: Number(reply[1]) };
  } finally {
    client.destroy();
  }
}

function at(node: SentinelNode, { socket }: RedisClientOptions): Pick<RedisClientOptions, 'socket'> {
  return { socket: { ...socket, ...node } };
}

function mapped(node: SentinelNode, map: SentinelOptions['nodeAddressMap']): SentinelNode {
  const address = `${node.host}:${node.port}`;
  return (typeof map === 'function' ? map(address) : map?.[address]) ?? node;
}
