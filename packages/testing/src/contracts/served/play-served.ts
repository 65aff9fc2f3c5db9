import { createOutboundAuth, type OutboundAuth, type OutboundAuthOptions, tokenExchange } from '@outbound-auth/core';
import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { listenOnLoopback } from '../../loopback.ts';
import { type ManualClock, manualClock } from '../../manual-clock.ts';
import { startUpstream, type Upstream } from '../../upstream.ts';
import { hearConsole, Log } from '../log.ts';
import type { ContractCore } from '../core.ts';
import type { ServedHarness } from './served-harness.ts';
import type { Changes, ServedRequestInit, ServedScenario, Settings } from './served-scenario.ts';

/** Plays a test with an application of its own; a test that needs two plays one in the other. */
export async function playServed(
  harness: ServedHarness,
  body: (scenario: ServedScenario) => Promise<void>,
  { changes, otherCore }: Settings = {},
): Promise<void> {
  const upstream = await startUpstream();
  upstream.api.respondWith(({ headers }) => ({ body: headers['authorization'] ?? 'nobody' }));
  upstream.server.respondWith(({ parameters }) => exchanged(parameters));
  const clock = manualClock();
  const { subjectToken, ...options } = changes?.(upstream) ?? {};
  const core = (await otherCore?.()) ?? { createOutboundAuth, tokenExchange };
  const auth = core.createOutboundAuth({ clock, ...optionsFor(core, upstream, 'outer', options) });
  const inner = core.createOutboundAuth({ clock, ...optionsFor(core, upstream, 'inner') });
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
      subjectToken,
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
    await Promise.all([auth, inner].map((one) => closed(one, clock)));
    restore();
  }
}

/** Closes an auth, whose last token requests may wait for the next attempt where a test failed. */
async function closed(auth: OutboundAuth<string>, clock: ManualClock): Promise<void> {
  const end = new AbortController();
  const closing = auth.close().finally(() => end.abort());
  while (!end.signal.aborted) {
    await clock.advance(1_000);
    await setImmediate();
  }
  await closing;
}

function optionsFor(
  { tokenExchange }: ContractCore,
  { api, client }: Upstream,
  place: 'outer' | 'inner',
  { own, ...changes }: Omit<ReturnType<Changes>, 'subjectToken'> = {},
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
