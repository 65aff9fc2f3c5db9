import type { ExistingProvider, FactoryProvider, Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { OutboundAuth, type OutboundClient } from '@outbound-auth/core';
import { AuthLifecycle } from './auth-lifecycle.ts';
import type { OutboundAuthSource } from './auth-source.ts';
import { OutboundAuthHealthIndicator } from './health-indicator.ts';
import { MODULE_OPTIONS_TOKEN } from './module-definition.ts';
import type { OutboundAuthInstanceOptions } from './options.ts';
import { ServingInterceptor } from './serving-interceptor.ts';
import { getOutboundAuthToken, getOutboundClientToken } from './tokens.ts';

/** What makes the `OutboundAuth`, and what tells it whose request is served. */
export function lifecycleProviders(options: OutboundAuthInstanceOptions): readonly Provider[] {
  return [
    {
      provide: AuthLifecycle,
      inject: [ModuleRef],
      useFactory: (moduleRef: ModuleRef) => new AuthLifecycle(moduleRef, options),
    },
    {
      // For the whole application.
      provide: APP_INTERCEPTOR,
      inject: [AuthLifecycle, HttpAdapterHost],
      useFactory: (lifecycle: AuthLifecycle, { httpAdapter }: HttpAdapterHost) =>
        new ServingInterceptor(lifecycle, httpAdapter),
    },
  ];
}

/** What other modules may inject: the `OutboundAuth`, by its type where it has no name, and the health of all. */
export function authProviders({ name }: OutboundAuthInstanceOptions): readonly (FactoryProvider | ExistingProvider)[] {
  const provide = getOutboundAuthToken(name);
  const byToken: FactoryProvider<OutboundAuth<string>> = {
    provide,
    inject: [MODULE_OPTIONS_TOKEN, AuthLifecycle],
    useFactory: (source: OutboundAuthSource, lifecycle: AuthLifecycle) => lifecycle.authFrom(source),
  };
  const health: FactoryProvider<OutboundAuthHealthIndicator> = {
    provide: OutboundAuthHealthIndicator,
    inject: [ModuleRef],
    useFactory: (moduleRef: ModuleRef) => new OutboundAuthHealthIndicator(moduleRef),
  };
  const byType: ExistingProvider = { provide: OutboundAuth, useExisting: provide };
  return name === undefined ? [byToken, byType, health] : [byToken, health];
}

/** The client of this name. Nest makes it at boot, so that is when an unknown name fails. */
export function clientProvider(client: string, name: string | undefined): FactoryProvider<OutboundClient> {
  return {
    provide: getOutboundClientToken(client, name),
    inject: [getOutboundAuthToken(name)],
    useFactory: (auth: OutboundAuth<string>) => auth.client(client),
  };
}
