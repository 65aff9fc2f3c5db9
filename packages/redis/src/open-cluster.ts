import { createCluster, type RedisClusterOptions } from 'redis';
import { oneConnection } from './open-server.ts';
import type { OpenClient, SessionHost } from './session.ts';

/** Connects to a cluster: to each of its nodes when a key of theirs is wanted. */
export async function openCluster(options: RedisClusterOptions, host: SessionHost): Promise<OpenClient> {
  const cluster = createCluster({
    ...options,
    // A node that is down concerns its own keys alone.
    minimizeConnections: true,
    defaults: oneConnection(options.defaults ?? {}, host.signal),
  });
  // Also told of each root node that doesn't answer, while another may.
  cluster.on('error', () => undefined);
  cluster.on('node-error', (error: Error) => host.lost(error));
  host.signal.addEventListener('abort', () => cluster.destroy());
  await cluster.connect();
  return {
    redis: cluster,
    hold: (held) => {
      for (const { client } of cluster.nodeByAddress.values())
        if (held) client?.ref();
        else client?.unref();
    },
  };
}
