import { outboundFor, type Upstream, upstreamFor } from '@outbound-auth/core';
import { createProxyMiddleware } from 'http-proxy-middleware';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import * as webSockets from 'ws';
import {
  type ProxyApplication,
  type ProxyHarness,
  type ProxyMount,
  proxyContract,
  type ProxyScene,
} from '../../src/index.ts';
import { answerError } from './answer-error.ts';

/** What is in the place of a framework's adapter. */
type Adapter = (scene: ProxyScene, mount: ProxyMount) => Upstream;

interface Mounted extends Pick<ProxyApplication, 'upgrades'> {
  /** False where the request is another mount's. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

const sound: Adapter = ({ auth }, { client, upstream }) => upstreamFor(auth, 'sound', client, upstream);

/** A server of `node:http` with `http-proxy-middleware`. */
function harness(name: string, adapter: Adapter): ProxyHarness {
  return {
    name,
    webSockets,
    start: (scene) => {
      const mounts = scene.mounts.map((mount) => mounted(adapter(scene, mount), scene, mount));
      const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        for (const mount of mounts) if (await mount.handle(request, response)) return;
        response.writeHead(404).end();
      };
      const { subjectToken } = scene;
      const serving = outboundFor<IncomingMessage>(scene.auth, 'harness', {
        subjectToken: subjectToken && (({ headers }) => subjectToken(headers)),
      });
      const at: RequestListener = (request, response) => {
        const served = serving(request.headers.authorization, request, request);
        served
          .run(() => handle(request, response))
          .catch((error: unknown) => {
            scene.failed(error);
            answerError(error, response);
          });
      };
      return Promise.resolve({
        at,
        upgrades: mounts.flatMap(({ upgrades }) => upgrades),
        close: () => Promise.resolve(),
      });
    },
  };
}

function mounted(upstream: Upstream, { proxyFailed, log }: ProxyScene, mount: ProxyMount): Mounted {
  const { path, proxy, rewrite, router, lacks } = mount;
  const proxied = createProxyMiddleware({
    ...proxy,
    pathRewrite: rewrite,
    ...(router !== undefined && { router: () => router }),
    logger: { info: log, warn: log, error: log },
    on: { ...(lacks !== 'on' && upstream.on), error: proxyFailed },
  });
  return {
    handle: async (request, response) => {
      if (path !== '/' && !`${request.url}/`.startsWith(`${path}/`)) return false;
      if (lacks !== 'upstreamAuth' && !(await upstream.prepare(request))) return true;
      if (lacks === 'proxy') return false;
      await proxied(request, response);
      return true;
    },
    upgrades: [lacks === 'upgrade' ? proxied.upgrade : upstream.upgrade(proxied.upgrade, path)],
  };
}

proxyContract({ describe, it }, harness('upstreamFor in a node:http server', sound));

/** Runs these tests of the contract by hand; returns the titles of those that fail, and of those that don't. */
async function run(adapter: Adapter, which: RegExp): Promise<{ readonly failed: string[]; readonly passed: string[] }> {
  const tests = new Map<string, () => Promise<void>>();
  const runner = {
    describe: (_title: string, body: () => void) => {
      body();
    },
    it: (title: string, body: () => Promise<void>) => which.test(title) && tests.set(title, body),
  };
  proxyContract(runner, harness('a broken adapter', adapter));
  const failed: string[] = [];
  const passed: string[] = [];
  for (const [title, body] of tests) {
    await body().then(
      () => passed.push(title),
      () => failed.push(title),
    );
  }
  return { failed, passed };
}

const passing: Upstream = {
  prepare: () => Promise.resolve(true),
  on: { proxyReq: () => undefined, proxyReqWs: () => undefined },
  upgrade: (proxy) => proxy,
};

const early: Adapter = ({ auth }, { client }) => ({
  ...passing,
  prepare: async (request) => {
    const token = await auth.client(client).getAccessToken();
    request.headers.authorization = token.authorization;
    return true;
  },
});

const forgetful: Adapter = (scene, mount) => ({ ...sound(scene, mount), upgrade: (proxy) => proxy });

describe('the proxy contract', () => {
  it.each<[what: string, adapter: Adapter, which: RegExp]>([
    ['lets the caller’s credentials through', () => passing, /credentials off|what the proxy sends|E49 connects/],
    ['attaches before it is known where a request goes', early, /^E21 E25/],
    ['forgets WebSockets', forgetful, /E49 (?:connects|hands on|acts|refuses)/],
  ])('is broken by an adapter that %s', async (_what, adapter, which) => {
    const { failed, passed } = await run(adapter, which);
    expect(passed).toEqual([]);
    expect(failed).not.toEqual([]);
  });
});
