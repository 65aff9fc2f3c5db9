import { addressProblem } from './address.ts';
import { isRecord, type Refuse } from './check.ts';

export function checkSentinel(sentinel: unknown, refuse: Refuse): void {
  const nodes = isRecord(sentinel) ? listOf(sentinel['sentinelRootNodes']) : undefined;
  if (!isRecord(sentinel) || typeof sentinel['name'] !== 'string' || nodes === undefined) {
    refuse('sentinel', "must be { name: 'mymaster', sentinelRootNodes: [{ host, port }] }");
    return;
  }
  for (const [index, node] of nodes.entries()) {
    if (isPlace(node)) continue;
    refuse(`sentinel.sentinelRootNodes[${index}]`, "must be { host: 'sentinel-1', port: 26379 }");
  }
  for (const name of ['nodeClientOptions', 'sentinelClientOptions']) {
    const options = sentinel[name];
    if (!isRecord(options) || options['url'] === undefined) continue;
    refuse(
      `sentinel.${name}.url`,
      'Sentinels tell the address; give what else it holds as username, password, database',
    );
  }
}

export function checkCluster(cluster: unknown, refuse: Refuse): void {
  const nodes = isRecord(cluster) ? listOf(cluster['rootNodes']) : undefined;
  if (!isRecord(cluster) || nodes === undefined) {
    refuse('cluster', "must be { rootNodes: [{ url: 'redis://…' }] }");
    return;
  }
  for (const [index, node] of nodes.entries()) {
    const at = `cluster.rootNodes[${index}]`;
    if (!isRecord(node) || (node['url'] === undefined && !isRecord(node['socket']))) {
      refuse(at, "must be { url: 'redis://host:6379' } or { socket: { host, port } }");
    } else if (node['url'] !== undefined) {
      const problem = addressProblem(node['url'], optionsOf(node, cluster['defaults']), 'cluster.defaults');
      if (problem !== undefined) refuse(`${at}.url`, problem);
    }
  }
}

/** As the client joins them. */
function optionsOf(node: Record<string, unknown>, defaults: unknown): unknown {
  const shared = isRecord(defaults) && isRecord(defaults['socket']) ? defaults['socket'] : {};
  return { socket: { ...shared, ...(isRecord(node['socket']) ? node['socket'] : {}) } };
}

function isPlace(node: unknown): boolean {
  if (!isRecord(node)) return false;
  const { host, port } = node;
  return typeof host === 'string' && host !== '' && Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}
