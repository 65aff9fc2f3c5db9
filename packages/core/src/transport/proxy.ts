import { showUrl } from '../redact.ts';

/** What the environment says of proxies. */
export interface EnvironmentProxy {
  readonly http: URL | undefined;
  readonly https: URL | undefined;
  /** The hosts that are reached without, as `NO_PROXY` writes them. */
  readonly except: string;
}

/** Through which proxy requests go: one for all, or as the environment says. */
export type Proxy = URL | EnvironmentProxy;

/** What to call it in a message; its address, without user and password. */
export function wordsOf(proxy: Proxy): string {
  if (proxy instanceof URL) return `the proxy ${showUrl(proxy)}`;
  const { http, https } = proxy;
  const addresses = new Set([https, http].flatMap((url) => (url === undefined ? [] : [showUrl(url)])));
  return `the proxy of the environment (${[...addresses].join(', ')})`;
}
