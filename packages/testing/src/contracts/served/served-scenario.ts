import {
  type ClientOptions,
  createOutboundAuth,
  type OutboundAuth,
  type OutboundAuthOptions,
  type ServedChoice,
  tokenExchange,
} from '@outbound-auth/core';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { listenOnLoopback } from '../../loopback.ts';
import { type ManualClock, manualClock } from '../../manual-clock.ts';
import { startUpstream, type Upstream } from '../../upstream.ts';
import type { ContractRunner } from '../adapter-harness.ts';
import { hearConsole, Log } from './log.ts';
import type { RoutedRequest, ServedHarness } from './served-harness.ts';

/** How the application of one test is called. */
export interface ServedRequestInit {
  /** Whose bearer token it comes with; default nobody's. */
  readonly user?: string;
  /** Default `/`. */
  readonly path?: '/' | '/inner';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends `POST` with this as JSON; default `GET`. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

/** The scene of one test: an upstream system, and an application that calls it for its requests. */
export interface ServedScenario extends Pick<Upstream, 'server' | 'api' | 'client'> {
  /** `own` has a token of its own for `/own`, `ledger` exchanges those of users for `/users`; and all tenants. */
  readonly auth: OutboundAuth<string>;
  /** Of both its auths: it stands still until the test moves it. */
  readonly clock: ManualClock;
  /** The ways in which code far from its request calls out, by name. */
  readonly ways: Readonly<Record<string, (url: string) => Promise<string>>>;
  /** The application's address. */
  readonly origin: string;
  /** What the application does for its requests from now on. */
  readonly answer: (work: (request: RoutedRequest) => Promise<string | Readable>) => void;
  /** How it chooses a client or tenant for them from now on. */
  readonly resolve: (choose: (headers: IncomingHttpHeaders) => ServedChoice | Promise<ServedChoice>) => void;
  /** Calls it. */
  readonly call: (init?: ServedRequestInit) => Promise<Response>;
  /** What the framework has logged. */
  readonly log: Log;
}

/** How the upstream's clients are changed for a test. */
export type Changes = (upstream: Upstream) => Partial<OutboundAuthOptions> & { readonly own?: Partial<ClientOptions> };

/** What a family of tests is written with. */
export interface ServedSuite {
  readonly harness: ServedHarness;
  /** `timeout` in milliseconds; default the runner's. */
  readonly test: (
    title: string,
    body: (scenario: ServedScenario) => Promise<void>,
    changes?: Changes,
    timeout?: number,
  ) => void;
}

export function servedSuiteFor(runner: ContractRunner, harness: ServedHarness): ServedSuite {
  return {
    harness,
    test: (title, body, changes, timeout) => void runner.it(title, () => playServed(harness, body, changes), timeout),
  };
}

/** Plays a test with an application of its own; a test that needs two plays one in the other. */
export async function playServed(
  harness: ServedHarness,
  body: (scenario: ServedScenario) => Promise<void>,
  changes: Changes = () => ({}),
): Promise<void> {
  const upstream = await startUpstream();
  upstream.api.respondWith(({ headers }) => ({ body: headers['authorization'] ?? 'nobody' }));
  upstream.server.respondWith(({ parameters }) => exchanged(parameters));
  const clock = manualClock();
  const auth = createOutboundAuth({ clock, ...optionsFor(upstream, 'outer', changes(upstream)) });
  const inner = createOutboundAuth({ clock, ...optionsFor(upstream, 'inner') });
  const log = new Log();
  const restore = hearConsole(log);
  const ends: (() => Promise<void>)[] = [];
  let answer: Parameters<ServedScenario['answer']>[0] = () => Promise.reject(new Error('the test says no answer'));
  let choose: Parameters<ServedScenario['resolve']>[0] = () => undefined;
  try {
    const resolve = (headers: IncomingHttpHeaders): ReturnType<typeof choose> => choose(headers);
    const application = await harness.serve({
      auth,
      inner,
      resolve,
      answer: (request) => answer(request),
      log: log.add,
    });
    ends.push(() => application.close());
    const { at } = application;
    const listening = typeof at === 'string' ? undefined : await listenOnLoopback(at);
    if (listening !== undefined) ends.unshift(() => listening.close());
    const origin = listening?.origin ?? String(at);
    await body({
      ...upstream,
      auth,
      clock,
      ways: {
        'auth.fetch': async (url) => (await auth.fetch(url)).text(),
        'a client': async (url) => (await auth.client('ledger').fetch(url)).text(),
        ...application.ways,
      },
      origin,
      answer: (work) => void (answer = work),
      resolve: (work) => void (choose = work),
      call: (init) => call(origin, init),
      log,
    });
  } finally {
    // First what calls may still wait for.
    await upstream.close();
    for (const end of ends) await end();
    await Promise.all([auth.close(), inner.close()]);
    restore();
  }
}

function optionsFor(
  { api, client }: Upstream,
  place: 'outer' | 'inner',
  { own, ...changes }: ReturnType<Changes> = {},
): OutboundAuthOptions {
  const parameters = { place };
  return {
    clients: {
      own: { ...client, attachTo: [`${api.origin}/own`], ...own },
      ledger: { ...client, parameters, grant: tokenExchange(), attachTo: [`${api.origin}/users`] },
    },
    ...changes,
  };
}

/** A token that tells whom it was exchanged for, and at which auth. */
function exchanged(parameters: URLSearchParams): { body: Record<string, unknown> } | undefined {
  const user = parameters.get('subject_token');
  if (user === null) return undefined;
  const value = parameters.get('place') === 'inner' ? `for-${user}-inner` : `for-${user}`;
  return { body: { access_token: value, token_type: 'Bearer', expires_in: 3600 } };
}

function call(origin: string, { user, path = '/', headers, json, signal }: ServedRequestInit = {}): Promise<Response> {
  return fetch(origin + path, {
    headers: {
      ...(user !== undefined && { authorization: `Bearer ${user}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { method: 'POST', body: JSON.stringify(json) }),
    ...(signal && { signal }),
  });
}
