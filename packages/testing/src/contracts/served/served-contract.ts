import type { ContractRunner } from '../adapter-harness.ts';
import { brokenOff } from './broken-off.ts';
import { choosing } from './choosing.ts';
import { errorsAsExpected } from './errors-as-expected.ts';
import { interleaving } from './interleaving.ts';
import { mounting } from './mounting.ts';
import { otherCopy } from './other-copy.ts';
import type { ServedHarness } from './served-harness.ts';
import { servedSuiteFor } from './served-scenario.ts';
import { usersOfSessions } from './users-of-sessions.ts';
import { usersOfRequests } from './users-of-requests.ts';

/**
 * Defines the suite that every web framework's adapter keeps, about what the requests of a served application see: whose
 * calls they make, and what becomes of errors.
 *
 * It starts an upstream system for each test itself; the harness makes an application of the framework.
 *
 * @example
 * ```ts
 * import { outboundFor } from '@outbound-auth/core';
 * import { servedContract, type ServedScene } from '@outbound-auth/testing';
 * import type { RequestListener } from 'node:http';
 * import { json } from 'node:stream/consumers';
 * import { pipeline } from 'node:stream/promises';
 * import { describe, it } from 'node:test';
 *
 * // The application of an adapter of your own: here it is this function alone.
 * function application({ auth, inner, resolve, subjectToken, answer }: ServedScene): RequestListener {
 *   const options = { resolve, subjectToken };
 *   return (request, response) => {
 *     const { headers, url, method } = request;
 *     const served =
 *       url === '/inner'
 *         ? outboundFor(inner, 'application(inner)')(headers.authorization)
 *         : outboundFor(auth, 'application(auth)', options)(headers.authorization, headers);
 *     void served.run(async () => {
 *       try {
 *         const body: unknown = method === 'POST' ? await json(request) : undefined;
 *         const given = await answer({ outbound: served.outbound, headers, body, response });
 *         if (typeof given === 'string') response.end(given);
 *         else await pipeline(given, response);
 *       } catch (error) {
 *         console.error(error);
 *         const { status = 500, headers = {} } = Object(error);
 *         if (response.headersSent) response.destroy();
 *         else response.writeHead(status, headers).end();
 *       }
 *     });
 *   };
 * }
 *
 * servedContract({ describe, it }, {
 *   name: 'an adapter of my own',
 *   serve: async (scene) => ({ at: application(scene), close: async () => undefined }),
 * });
 * ```
 */
export function servedContract(runner: ContractRunner, harness: ServedHarness): void {
  const suite = servedSuiteFor(runner, harness);
  runner.describe(`the served contract, kept by ${harness.name}`, () => {
    runner.describe('users of requests', () => usersOfRequests(suite));
    runner.describe('users of sessions', () => usersOfSessions(suite));
    runner.describe('choosing', () => choosing(suite));
    runner.describe('errors', () => errorsAsExpected(suite));
    runner.describe('broken off', () => brokenOff(suite));
    runner.describe('mounting', () => {
      mounting(suite);
      otherCopy(suite);
    });
    runner.describe('interleaving', () => interleaving(suite));
  });
}
