import type { UpgradeHandler } from '@outbound-auth/core';
import { type ProxyMount, proxyContract, type ProxyScene } from '@outbound-auth/testing';
import type { ErrorRequestHandler } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { createProxyMiddleware as createProxyMiddleware2 } from 'http-proxy-middleware-2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { describe, it } from 'vitest';
import * as webSockets from 'ws';
import { outboundAuth, type UpstreamAuthMiddleware, upstreamAuth } from '../src/index.ts';
import { versions } from './versions.ts';

const require = createRequire(import.meta.url);

// Of methods' types, for the versions know requests by types of their own.
interface Proxying {
  handle(request: IncomingMessage, response: ServerResponse, next: () => void): unknown;
  upgrade(...given: Parameters<UpgradeHandler>): void;
}

/** In version 2, `upgrade` may be missing by its types. */
type Proxy = Proxying['handle'] & Partial<Pick<Proxying, 'upgrade'>>;

/** How each version of the proxy is told the same. */
const proxies: Readonly<
  Record<string, (mount: ProxyMount, scene: ProxyScene, on: Partial<UpstreamAuthMiddleware['on']>) => Proxy>
> = {
  'http-proxy-middleware': ({ proxy, rewrite, router }, { proxyFailed, log }, on) =>
    createProxyMiddleware({
      ...proxy,
      pathRewrite: rewrite,
      ...(router !== undefined && { router: () => router }),
      logger: { info: log, warn: log, error: log },
      on: { ...on, error: proxyFailed },
    }),
  'http-proxy-middleware-2': ({ proxy, rewrite, router }, { proxyFailed, log }, { proxyReq, proxyReqWs }) =>
    createProxyMiddleware2({
      ...proxy,
      logLevel: 'debug',
      logProvider: () => ({ log, debug: log, info: log, warn: log, error: log }),
      pathRewrite: rewrite,
      ...(router !== undefined && { router: () => router }),
      ...(proxyReq && { onProxyReq: proxyReq }),
      ...(proxyReqWs && { onProxyReqWs: proxyReqWs }),
      onError: proxyFailed,
    }),
};

for (const { name, framework } of versions) {
  for (const [proxy, make] of Object.entries(proxies)) {
    proxyContract(
      { describe, it },
      {
        name: `${name} with ${versionOf(proxy)}`,
        logs: true,
        webSockets,
        start: async (scene) => {
          const app = framework();
          app.set('env', 'production');
          const { subjectToken } = scene;
          if (subjectToken) app.use(outboundAuth(scene.auth, { subjectToken: (req) => subjectToken(req.headers) }));
          const upgrades = scene.mounts.map((mount) => {
            const { path, client, upstream, lacks } = mount;
            const before = upstreamAuth(scene.auth, client, upstream);
            const proxied = make(mount, scene, lacks === 'on' ? {} : before.on);
            const handlers = [...(lacks === 'upstreamAuth' ? [] : [before]), ...(lacks === 'proxy' ? [] : [proxied])];
            const router = mount.by === 'router' ? framework.Router() : undefined;
            app.use(path, router?.use(...handlers) ?? handlers);
            const { upgrade = notAtAll } = proxied;
            return lacks === 'upgrade' ? upgrade : before.upgrade(upgrade, path);
          });
          const failed: ErrorRequestHandler = (error, _req, _res, next) => {
            scene.failed(error);
            next(error);
          };
          app.use(failed);
          return { at: app, upgrades, close: async () => undefined };
        },
      },
    );
  }
}

function versionOf(installed: string): string {
  const manifest: unknown = require(`${installed}/package.json`);
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error(`${installed}?`);
  return `http-proxy-middleware ${String(manifest.version)}`;
}

function notAtAll(): never {
  throw new Error('the proxy takes no WebSockets');
}
