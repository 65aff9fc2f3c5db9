import { ApplicationConfig, type ModuleRef } from '@nestjs/core';

/**
 * Where an application keeps its global interceptors and filters. `APP_INTERCEPTOR` and `APP_FILTER` come into it by the
 * order of modules, the root's first, and after all providers are made: what a provider puts here is before them all.
 * Nest gives no other way to it; undefined where it has changed that.
 */
export function applicationConfigOf(moduleRef: ModuleRef): ApplicationConfig | undefined {
  const config = memberOf(memberOf(moduleRef, 'container'), 'applicationConfig');
  return config instanceof ApplicationConfig ? config : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
