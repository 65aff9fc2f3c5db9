import { outboundFor, type ServingOptions } from '@outbound-auth/core';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { servedContract, type RoutedRequest, type ServedHarness, type ServedScene } from '../../../src/index.ts';
import { answerError, headersOf, statusOf } from '../answer-error.ts';
import { otherCore } from '../other-core.ts';

type Parts = Pick<ServedScene, 'auth' | 'inner' | 'resolve' | 'subjectToken'>;

/** What a server of `node:http` does by itself, where a framework has an adapter and an error handling. */
interface Server {
  /** Does the work of a request with the calls that it gives it. */
  readonly serve: (parts: Parts, request: IncomingMessage, work: (outbound: RoutedRequest['outbound']) => void) => void;
  readonly fail: (error: unknown, response: ServerResponse) => void;
}

const sound: Server = {
  serve: ({ auth, inner, resolve, subjectToken }, request, work) => {
    const options: ServingOptions<IncomingMessage> = {
      resolve: ({ headers }) => resolve(headers),
      subjectToken: subjectToken && (({ headers }) => subjectToken(headers)),
    };
    const { outbound, run } = outboundFor(auth, 'sound', options)(request.headers.authorization, request);
    if (request.url !== '/inner') {
      run(() => work(outbound));
      return;
    }
    const innermost = outboundFor(inner, 'sound')(request.headers.authorization);
    run(() => innermost.run(() => work(innermost.outbound)));
  },
  fail: answerError,
};

function harness(name: string, { serve, fail }: Server): ServedHarness {
  return {
    name,
    serve: ({ answer, ...parts }) => {
      const at: RequestListener = (request, response) => {
        serve(parts, request, (outbound) => {
          bodyOf(request)
            .then((body) => answer({ outbound, headers: request.headers, body, response }))
            .then((given) => (typeof given === 'string' ? void response.end(given) : pipeline(given, response)))
            .catch((error: unknown) => fail(error, response));
        });
      };
      return Promise.resolve({ at, close: () => Promise.resolve() });
    },
  };
}

servedContract({ describe, it }, { ...harness('outboundFor in a node:http server', sound), otherCore });

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  return request.method === 'POST' ? json(request) : undefined;
}

/** Runs tests of the contract by hand; returns the titles of those that fail, and of those that don't. */
async function run(
  changed: Partial<Server>,
  which: RegExp,
): Promise<{ readonly failed: string[]; readonly passed: string[] }> {
  const tests = new Map<string, () => Promise<void>>();
  const runner = {
    describe: (_title: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => tests.set(title, body),
  };
  servedContract(runner, harness('a broken adapter', { ...sound, ...changed }));
  const failed: string[] = [];
  const passed: string[] = [];
  for (const [title, body] of tests) {
    if (!which.test(title)) continue;
    await body().then(
      () => passed.push(title),
      () => failed.push(title),
    );
  }
  return { failed, passed };
}

/** Serves all as if they were the first. */
function mixing(): Server['serve'] {
  let first: string | undefined;
  return ({ auth }, request, work) => {
    first ??= request.headers.authorization;
    const { outbound, run } = outboundFor(auth, 'mixing')(first);
    run(() => work(outbound));
  };
}

function failingBy(answer: (error: unknown, response: ServerResponse) => void): Server['fail'] {
  return (error, response) => {
    console.error(error);
    if (response.headersSent) response.destroy();
    else answer(error, response);
  };
}

const ofUsers = /own user|find its user|leaves the calls|another’s/;

describe('the served contract', () => {
  it.each<[what: string, changed: Partial<Server>, which: RegExp]>([
    ['tells calls nothing of their request', { serve: ({ auth }, _request, work) => work(auth) }, ofUsers],
    ['takes every request for the first one’s', { serve: mixing() }, ofUsers],
    [
      'chooses for no request',
      { serve: (parts, request, work) => sound.serve({ ...parts, resolve: () => undefined }, request, work) },
      /(?:named|found|chosen) for a request|who is chosen|choice|chooses/,
    ],
    [
      'mounts the innermost auth nowhere',
      { serve: (parts, request, work) => sound.serve({ ...parts, inner: parts.auth }, request, work) },
      /innermost/,
    ],
    [
      'answers every error alike',
      { fail: failingBy((_error, response) => void response.writeHead(418).end('no')) },
      /E37 E25/,
    ],
    [
      'tells users what went wrong',
      {
        fail: failingBy(
          (error, response) => void response.writeHead(statusOf(error), headersOf(error)).end(String(error)),
        ),
      },
      /E37 E25/,
    ],
    [
      'leaves out when to come again',
      { fail: failingBy((error, response) => void response.writeHead(statusOf(error)).end('no')) },
      /just now|alone for a while|may be under way/,
    ],
  ])('is broken by an adapter that %s', async (_what, changed, which) => {
    const { failed, passed } = await run(changed, which);
    expect(passed).toEqual([]);
    expect(failed).not.toEqual([]);
  });
});
