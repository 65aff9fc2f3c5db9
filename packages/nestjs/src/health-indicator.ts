import type { ModuleRef } from '@nestjs/core';
import { isOutboundAuthError, OptionsError, type OutboundAuth } from '@outbound-auth/core';
import type { OutboundAuthHealth, OutboundAuthHealthOptions, OutboundClientHealth } from './health.ts';
import { instanceNamed } from './instance-named.ts';

const where = 'OutboundAuthHealthIndicator.isHealthy(key, options)';
const minTimeout = 0.001;
const maxTimeout = 1_000_000;

/**
 * Tells whether the tokens can be had that the application needs, for a readiness probe; those in memory are not asked for
 * anew. It has the shape of an indicator of Terminus, which it doesn't need.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
 * import { OutboundAuthHealthIndicator } from '@outbound-auth/nestjs';
 *
 * @Controller('ready')
 * export class ReadinessController {
 *   constructor(
 *     private readonly health: HealthCheckService,
 *     private readonly outboundAuth: OutboundAuthHealthIndicator,
 *   ) {}
 *
 *   @Get()
 *   @HealthCheck()
 *   check(): Promise<HealthCheckResult> {
 *     return this.health.check([() => this.outboundAuth.isHealthy('outbound-auth')]);
 *   }
 * }
 * ```
 */
export class OutboundAuthHealthIndicator {
  readonly #moduleRef: ModuleRef;

  /** Nest makes it. */
  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  /**
   * Gets the tokens that are not in memory. Where one can't be had, the result is `down`; nothing is thrown for that.
   *
   * @param key What the result is found by in Terminus' answer.
   * @throws {OutboundAuthError} with the code `unknown_client`.
   * @throws {OptionsError} for a `timeout` that is no time from 0.001 to 1,000,000 seconds, or an `auth` that there is not.
   */
  async isHealthy(
    key: string,
    options: OutboundAuthHealthOptions = {},
  ): Promise<Readonly<Record<string, OutboundAuthHealth>>> {
    const { auth: name, timeout = 1 } = options;
    if (!(timeout >= minTimeout && timeout <= maxTimeout)) {
      const message = `must be a time in seconds, from ${minTimeout} to ${maxTimeout}`;
      throw new OptionsError([{ path: `${where}.timeout`, message }]);
    }
    const auth = instanceNamed(this.#moduleRef, name, `${where}.auth`);
    const names = options.clients ?? Object.keys(auth.status().clients);
    for (const client of names) auth.client(client);
    const signal = AbortSignal.timeout(Math.round(timeout * 1_000));
    const all = await Promise.all(names.map(async (client) => [client, await healthOf(auth, client, signal)] as const));
    const health: OutboundAuthHealth = {
      status: all.every(([, { status }]) => status === 'up') ? 'up' : 'down',
      clients: Object.fromEntries(all),
      store: auth.status().store,
    };
    return { [key]: health };
  }
}

async function healthOf(
  auth: OutboundAuth<string>,
  client: string,
  signal: AbortSignal,
): Promise<OutboundClientHealth> {
  try {
    await auth.warmUp({ clients: [client], signal });
    return { status: 'up' };
  } catch (error) {
    if (isOutboundAuthError(error)) return { status: 'down', code: error.code };
    if (signal.aborted) return { status: 'down', code: 'timeout' };
    throw error;
  }
}
