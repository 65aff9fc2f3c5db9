import type { ContractRunner } from '../adapter-harness.ts';
import { proxiedAddresses } from './proxied-addresses.ts';
import { proxiedCallers } from './proxied-callers.ts';
import { proxiedCredentials } from './proxied-credentials.ts';
import { proxiedFailures } from './proxied-failures.ts';
import { proxiedMounts } from './proxied-mounts.ts';
import { proxiedRefusals } from './proxied-refusals.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import { proxiedStreams } from './proxied-streams.ts';
import type { ProxyHarness } from './proxy-harness.ts';
import { proxySuiteFor } from './proxy-scenario.ts';

/**
 * Defines the suite that `upstreamAuth` keeps with every framework and reverse proxy: whose credentials reach the
 * upstream, and where they may go.
 *
 * It starts an upstream system for each test itself; the harness makes an application of the framework and the proxy.
 *
 * @example
 * ```ts
 * import { proxyContract, type ProxyHarness } from '@outbound-auth/testing';
 * import { describe, it } from 'node:test';
 *
 * declare const harness: ProxyHarness;
 * proxyContract({ describe, it }, harness);
 * ```
 */
export function proxyContract(runner: ContractRunner, harness: ProxyHarness): void {
  const suite = proxySuiteFor(runner, harness);
  runner.describe(`the proxy contract, kept by ${harness.name}`, () => {
    runner.describe('credentials', () => proxiedCredentials(suite));
    runner.describe('mounts', () => proxiedMounts(suite));
    runner.describe('addresses', () => proxiedAddresses(suite));
    runner.describe('refused tokens', () => proxiedRefusals(suite));
    runner.describe('failures', () => proxiedFailures(suite));
    runner.describe('streams', () => proxiedStreams(suite));
    runner.describe('callers', () => proxiedCallers(suite));
    runner.describe('WebSockets', () => proxiedSockets(suite));
  });
}
