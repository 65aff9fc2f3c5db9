import { addresses } from './addresses.ts';
import type { AdapterHarness, ContractRunner } from './adapter-harness.ts';
import { attaching } from './attaching.ts';
import { failing } from './failing.ts';
import { onBehalfOfUsers } from './on-behalf-of-users.ts';
import { proving } from './proving.ts';
import { refusedTokens } from './refused-tokens.ts';
import { mocks } from './mocks.ts';
import { showingNothing } from './showing-nothing.ts';
import { suiteFor } from './scenario.ts';
import { sharing } from './sharing.ts';

/**
 * Defines the suite that every adapter keeps, whatever framework or HTTP client it is for.
 *
 * It starts its servers itself; the harness only wires up the adapter and makes the calls that it is told.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { adapterContract, callByFetch } from '@outbound-auth/testing';
 *
 * adapterContract({ describe, it }, {
 *   name: 'auth.fetch',
 *   start: async (auth) => ({
 *     call: (call) => callByFetch(call, (url, init) => auth.fetch(url, init)),
 *     close: async () => undefined,
 *   }),
 * });
 * ```
 */
export function adapterContract(runner: ContractRunner, harness: AdapterHarness): void {
  const suite = suiteFor(runner, harness);
  runner.describe(`the adapter contract, kept by ${harness.name}`, () => {
    runner.describe('attaching', () => attaching(suite));
    runner.describe('sharing', () => sharing(suite));
    runner.describe('refused tokens', () => refusedTokens(suite));
    runner.describe('addresses', () => addresses(suite));
    runner.describe('on behalf of users', () => onBehalfOfUsers(suite));
    runner.describe('proving', () => proving(suite));
    runner.describe('failing', () => failing(suite));
    runner.describe('showing nothing', () => showingNothing(suite));
    runner.describe('mocks and copies', () => mocks(suite));
  });
}
