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
 * import { type ServedHarness, servedContract } from '@outbound-auth/testing';
 * import { describe, it } from 'node:test';
 *
 * declare const harness: ServedHarness;
 * servedContract({ describe, it }, harness);
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
