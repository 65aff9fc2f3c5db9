import { type ClientOptions, createOutboundAuth, type OutboundAuth, tokenExchange } from '@outbound-auth/core';
import { type Server, ServerResponse } from 'node:http';
import { type AuthorizationServer, startAuthorizationServer } from '../../authorization-server.ts';
import { listenOnLoopback, type Loopback } from '../../loopback.ts';
import { type ManualClock, manualClock } from '../../manual-clock.ts';
import { type ProtectedApi, startProtectedApi } from '../../protected-api.ts';
import { type ContractRunner, patience } from '../adapter-harness.ts';
import { hearConsole, Log } from '../log.ts';
import { callProxy, type ProxiedAnswer, type ProxiedCall } from './proxied-call.ts';
import { type Addresses, type MountChanges, mountOf } from './mount-of.ts';
import type { ProxyHarness, ProxyScene } from './proxy-harness.ts';

/** The scene of one test: an upstream system, and an application that leads to it. */
export interface ProxyScenario {
  readonly server: AuthorizationServer;
  /** Covered by clients: `/v2` by `billing`, which has an API key, `/users` by `ledger`, which exchanges users' tokens. */
  readonly api: ProtectedApi;
  /** Covered by none. */
  readonly elsewhere: ProtectedApi;
  /** Covered by `billing`: sends back the body as it comes, and in `x-authorization` what it was called with. */
  readonly live: Loopback;
  readonly auth: OutboundAuth<string>;
  readonly clock: ManualClock;
  /** The application's address. */
  readonly origin: string;
  /** What listens there. */
  readonly application: Server;
  readonly call: (path: string, call?: ProxiedCall) => Promise<ProxiedAnswer>;
  /** What reached the framework's error handling. */
  readonly failures: readonly unknown[];
  /** What the proxy told its own listener for errors, which answers 502. */
  readonly proxyFailures: readonly Error[];
  /** What went to `console.error` and to the proxy's own logger. */
  readonly logged: readonly unknown[];
}

/** What an application leads to; by default `/billing` to `/v2` of the API. */
export interface ProxyChanges {
  readonly mounts?: (addresses: Addresses) => readonly MountChanges[];
  readonly billing?: Partial<ClientOptions>;
  readonly subjectToken?: ProxyScene['subjectToken'];
}

/** What a family of tests is written with. */
export interface ProxySuite {
  readonly harness: ProxyHarness;
  readonly test: (title: string, body: (scenario: ProxyScenario) => Promise<void>, changes?: ProxyChanges) => void;
}

export const apiKey = 'api-key-of-billing';
const clientSecret = 'proxy-contract-secret';

export function proxySuiteFor(runner: ContractRunner, harness: ProxyHarness): ProxySuite {
  return {
    harness,
    test: (title, body, changes) => void runner.it(title, () => playProxied(harness, body, changes), patience),
  };
}

async function playProxied(
  harness: ProxyHarness,
  body: (scenario: ProxyScenario) => Promise<void>,
  { mounts = () => [{}], billing, subjectToken }: ProxyChanges = {},
): Promise<void> {
  const server = await startAuthorizationServer({ clients: { gateway: clientSecret } });
  server.respondWith(({ parameters }) => exchanged(parameters));
  const api = await startProtectedApi({ verify: (token) => server.isActive(token) || token.startsWith('for-') });
  const elsewhere = await startProtectedApi({ verify: () => true });
  const live = await listenOnLoopback((request, response) => {
    response.setHeader('x-authorization', request.headers.authorization ?? 'none');
    request.pipe(response);
  });
  const clock = manualClock();
  const gateway = { tokenEndpoint: server.tokenEndpoint, clientId: 'gateway', clientSecret };
  const auth = createOutboundAuth({
    clock,
    clients: {
      billing: {
        ...gateway,
        attachTo: [`${api.origin}/v2`, live.origin],
        headers: { 'x-api-key': apiKey },
        ...billing,
      },
      ledger: { ...gateway, attachTo: [`${api.origin}/users`], grant: tokenExchange() },
    },
  });
  // A framework logs what is left to its own error handling.
  const log = new Log();
  const restore = hearConsole(log);
  const failures: unknown[] = [];
  const proxyFailures: Error[] = [];
  const ends: (() => Promise<void>)[] = [() => auth.close()];
  const addresses = { api: api.origin, elsewhere: elsewhere.origin, live: live.origin };
  try {
    const application = await harness.start({
      auth,
      ...(subjectToken && { subjectToken }),
      mounts: mounts(addresses).map((changes) => mountOf(api.origin, changes)),
      failed: (error) => void failures.push(error),
      log: log.add,
      proxyFailed: (error, _request, answer) => {
        proxyFailures.push(error);
        answerFor(answer);
      },
    });
    ends.unshift(() => application.close());
    const listening = await listenOnLoopback(application.at);
    ends.unshift(() => listening.close());
    const { origin } = listening;
    for (const upgrade of application.upgrades) listening.server.on('upgrade', upgrade);
    const call: ProxyScenario['call'] = (path, given) => callProxy(origin, path, given);
    await body({
      server,
      api,
      elsewhere,
      live,
      auth,
      clock,
      origin,
      application: listening.server,
      call,
      failures,
      proxyFailures,
      logged: log.values,
    });
  } finally {
    // First what calls may still wait for.
    await Promise.all([server.close(), api.close(), elsewhere.close(), live.close()]);
    for (const end of ends) await end();
    restore();
  }
}

function answerFor(answer: Parameters<ProxyScene['proxyFailed']>[2]): void {
  if (!(answer instanceof ServerResponse) || answer.headersSent) answer.destroy();
  else answer.writeHead(502, { 'x-answered-by': 'the proxy' }).end();
}

/** A token that tells whom it was exchanged for. */
function exchanged(parameters: URLSearchParams): { body: Record<string, unknown> } | undefined {
  const user = parameters.get('subject_token');
  if (user === null) return undefined;
  return { body: { access_token: `for-${user}`, token_type: 'Bearer', expires_in: 3600 } };
}
