import type { OutboundAuth, UpgradeHandler, UpstreamOptions } from '@outbound-auth/core';
import type { Agent, IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketLibrary } from './web-socket-library.ts';

/** What a proxy is given beside its listeners, in the words of `http-proxy`. */
export interface ProxySettings {
  readonly target: string;
  readonly changeOrigin: boolean;
  readonly agent?: Agent;
  readonly auth?: string;
  readonly followRedirects?: boolean;
  readonly headers?: Record<string, string>;
  readonly xfwd?: boolean;
}

/** One upstream of an application: `upstreamAuth` and the proxy after it. */
export interface ProxyMount {
  /** Below which path, such as `/billing`; `/` is the whole application. */
  readonly path: string;
  /** By a router of the framework's own, where it has such; default by the application itself. */
  readonly by?: 'router';
  /** The client's name. */
  readonly client: string;
  /** What `upstreamAuth` is given. */
  readonly upstream: UpstreamOptions;
  readonly proxy: ProxySettings;
  /** What the proxy makes of a path. It takes the mount's own path off, where the framework hasn't. */
  readonly rewrite: (path: string) => string;
  /** Where the proxy leads a request in place of its target. */
  readonly router?: string;
  /** What the application has forgotten; default nothing. */
  readonly lacks?: 'upstreamAuth' | 'on' | 'proxy' | 'upgrade';
}

/** What the contract gives an application to be made of. */
export interface ProxyScene {
  readonly auth: OutboundAuth<string>;
  readonly mounts: readonly ProxyMount[];
  /** If given: for `outboundAuth` before all mounts, as its option; it is given the request's headers. */
  readonly subjectToken?: (headers: IncomingHttpHeaders) => string | undefined;
  /** To be told what reaches the framework's error handling, which answers as it always does. */
  readonly failed: (error: unknown) => void;
  /** For the proxy's own logger, where it has one, at its most talkative. */
  readonly log: (...values: readonly unknown[]) => void;
  /** The proxy's listener for errors: it answers. */
  readonly proxyFailed: (error: Error, request: IncomingMessage, answer: ServerResponse | Duplex) => void;
}

/** An application that is ready to be served. */
export interface ProxyApplication {
  readonly at: RequestListener;
  /** For the server's `upgrade` event: of each mount, below its path. */
  readonly upgrades: readonly UpgradeHandler[];
  /** Ends what `start` began. */
  close(): Promise<void>;
}

/** How the contract gets hold of an adapter's `upstreamAuth` and of a reverse proxy. */
export interface ProxyHarness {
  /** For the title of the suite: the framework and the proxy with their versions. */
  readonly name: string;
  /** True where the proxy has a logger of its own, which is given the scene's `log`; default false. */
  readonly logs?: boolean;
  /** What WebSockets are made of. */
  readonly webSockets: WebSocketLibrary;
  /** Makes an application; the `auth` belongs to the contract. */
  start(scene: ProxyScene): Promise<ProxyApplication>;
}
