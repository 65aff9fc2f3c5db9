import { createCluster, type RedisClusterOptions } from 'redis';
import { oneConnection } from './open-server.ts';
import type { Open } from './session.ts';

/** Connects to a cluster: to each of its nodes when a key of theirs is wanted. */
export function clusterOpener(options: RedisClusterOptions): Open {
  const defaults = { maintNotifications: 'disabled', ...options.defaults } as const;
  // A node that is down concerns its own keys alone.
  const pattern = createCluster({ ...options, defaults, minimizeConnections: true });
  return async (host) => {
    const cluster = pattern.duplicate({ defaults: oneConnection(defaults, host.signal) });
    // Also told of each root node that doesn't answer, while another may.
    cluster.on('error', () => undefined);
    cluster.on('node-error', (error: Error) => host.lost(error));
    host.signal.addEventListener('abort', () => cluster.destroy());
    // A node that is still being asked for the others is out of reach: it keeps the process alive for the time-out.
    cluster.on('node-connect', () => {
      for (const { client } of cluster.nodeByAddress.values()) client?.unref();
    });
    await cluster.connect();
    return cluster;
  };
}
