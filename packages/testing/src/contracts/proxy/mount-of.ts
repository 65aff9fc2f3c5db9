import type { ProxyMount } from './proxy-harness.ts';

/** Of the servers, by their names in the scenario. */
export type Addresses = Readonly<Record<'api' | 'elsewhere' | 'live', string>>;

/** What a test says of a mount. */
export type MountChanges = Partial<Omit<ProxyMount, 'proxy' | 'upstream'>> & {
  /** Where `upstreamAuth` and the proxy are told to lead. */
  readonly target?: string;
  readonly upstream?: Partial<ProxyMount['upstream']>;
  readonly proxy?: Partial<ProxyMount['proxy']>;
};

/** By default `/billing`, which leads to `/v2` of the API. */
export function mountOf(
  api: string,
  { target = `${api}/v2`, upstream, proxy, rewrite, ...changes }: MountChanges,
): ProxyMount {
  const path = changes.path ?? '/billing';
  return {
    path,
    client: 'billing',
    ...changes,
    upstream: { target, ...upstream },
    proxy: { target, changeOrigin: true, ...proxy },
    rewrite: (whole) => (rewrite ?? String)(below(path, whole)),
  };
}

function below(mount: string, path: string): string {
  const rest = path.startsWith(mount) ? path.slice(mount.length) : path;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
