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
    // Of each root node that doesn't answer, while another may.
    const reasons: Error[] = [];
    const collect = (error: Error): unknown => reasons.push(error);
    cluster.on('error', () => undefined).on('error', collect);
    cluster.on('node-error', (error: Error) => host.lost(error));
    host.signal.addEventListener('abort', () => cluster.destroy());
    // A node that is still being asked for the others is out of reach: it keeps the process alive for the time-out.
    cluster.on('node-connect', () => {
      for (const { client } of cluster.nodeByAddress.values()) client?.unref();
    });
    await cluster.connect().catch((error: unknown) => {
      throw reasons.length === 0 ? error : new AggregateError(reasons);
    });
    cluster.off('error', collect);
    return cluster;
  };
}
