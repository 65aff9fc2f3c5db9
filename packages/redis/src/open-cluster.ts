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
    await cluster.connect();
    return {
      redis: cluster,
      hold: (held) => {
        for (const { client } of cluster.nodeByAddress.values()) {
          if (held) client?.ref();
          else client?.unref();
        }
      },
    };
  };
}
