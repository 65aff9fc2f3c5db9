import Router from '@koa/router';
import type { UpgradeHandler } from '@outbound-auth/core';
import { type ProxyMount, proxyContract, type ProxyScene } from '@outbound-auth/testing';
import { createProxyMiddleware } from 'http-proxy-middleware';
import type Koa from 'koa';
import koaProxies from 'koa-proxies';
import { createRequire } from 'node:module';
import { describe, it } from 'vitest';
import * as webSockets from 'ws';
import { outboundAuth, type UpstreamAuthMiddleware, upstreamAuth } from '../src/index.ts';
import { versions } from './versions.ts';

const require = createRequire(import.meta.url);

interface Proxy {
  readonly middleware: Koa.Middleware;
  readonly upgrade: UpgradeHandler;
  readonly close?: () => void;
}

type Listeners = Partial<UpstreamAuthMiddleware['on']>;

/** Of the proxy that all of `koa-proxies` share, what its types don't tell. */
interface SharedProxy {
  on(event: string, listener: Listeners['proxyReqWs']): unknown;
  off(event: string, listener: Listeners['proxyReqWs']): unknown;
  ws(...given: [...Parameters<UpgradeHandler>, options: ProxyMount['proxy'], failed: (error: Error) => void]): unknown;
}

/** How each proxy is told the same. */
const proxies: Readonly<Record<string, (mount: ProxyMount, scene: ProxyScene, on: Listeners) => Proxy>> = {
  'koa-proxies': ({ proxy, path, rewrite, router }, { proxyFailed, log }, on) => {
    const logs = (ctx: Koa.Context, target: string): void => {
      log(ctx.toJSON(), target);
    };
    const options = { ...proxy, logs, rewrite, events: { ...on, error: proxyFailed } };
    const shared = sharedProxy();
    if (on.proxyReqWs) shared.on('proxyReqWs', on.proxyReqWs);
    return {
      middleware: koaProxies(path, router === undefined ? options : () => ({ ...options, target: router })),
      upgrade: (request, socket, head) => {
        request.url = rewrite(request.url ?? '');
        shared.ws(request, socket, head, proxy, (error) => {
          proxyFailed(error, request, socket);
        });
      },
      close: () => void shared.off('proxyReqWs', on.proxyReqWs),
    };
  },
  'http-proxy-middleware': ({ proxy, path, rewrite, router }, { proxyFailed, log }, on) => {
    const proxied = createProxyMiddleware({
      ...proxy,
      pathRewrite: rewrite,
      ...(router !== undefined && { router: () => router }),
      logger: { info: log, warn: log, error: log },
      on: { ...on, error: proxyFailed },
    });
    const middleware: Koa.Middleware = async (ctx) => {
      ctx.respond = false;
      await proxied(ctx.req, ctx.res);
    };
    return { middleware: below(path, middleware), upgrade: proxied.upgrade };
  },
};

for (const { name, Framework } of versions) {
  for (const [proxy, make] of Object.entries(proxies)) {
    proxyContract(
      { describe, it },
      {
        name: `${name} with ${versionOf(proxy)}`,
        logs: true,
        webSockets,
        start: async (scene) => {
          const app = new Framework();
          app.on('error', scene.failed);
          const { subjectToken } = scene;
          if (subjectToken) app.use(outboundAuth(scene.auth, { subjectToken: (ctx) => subjectToken(ctx.req.headers) }));
          const made = scene.mounts.map((mount) => {
            const { path, client, upstream, lacks } = mount;
            const before = upstreamAuth(scene.auth, client, upstream);
            const proxied = make(mount, scene, lacks === 'on' ? {} : before.on);
            const handlers: Koa.Middleware[] = lacks === 'upstreamAuth' ? [] : [before];
            if (lacks !== 'proxy') handlers.push(proxied.middleware);
            if (mount.by === 'router') app.use(new Router().all(`${path}{/*rest}`, ...handlers).routes());
            else for (const handler of handlers) app.use(below(path, handler));
            const upgrade = lacks === 'upgrade' ? proxied.upgrade : before.upgrade(proxied.upgrade, path);
            return { ...proxied, upgrade };
          });
          const callback = app.callback();
          return {
            at: (req, res) => void callback(req, res),
            upgrades: made.map(({ upgrade }) => upgrade),
            close: async () => {
              for (const { close } of made) close?.();
            },
          };
        },
      },
    );
  }
}

function below(path: string, middleware: Koa.Middleware): Koa.Middleware {
  return async (ctx, next) => {
    if (path === '/' || `${ctx.path}/`.startsWith(`${path}/`)) await middleware(ctx, next);
    else await next();
  };
}

function sharedProxy(): SharedProxy {
  const proxy: unknown = Reflect.get(koaProxies, 'proxy');
  if (isSharedProxy(proxy)) return proxy;
  throw new Error('koa-proxies shows its proxy no more');
}

function isSharedProxy(value: unknown): value is SharedProxy {
  return typeof value === 'object' && value !== null && 'ws' in value && 'off' in value;
}

function versionOf(installed: string): string {
  const manifest: unknown = require(`${installed}/package.json`);
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error(`${installed}?`);
  return `${installed} ${String(manifest.version)}`;
}
