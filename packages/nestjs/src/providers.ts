import type { ExistingProvider, FactoryProvider, Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { OutboundAuth, type OutboundClient } from '@outbound-auth/core';
import { AnsweringFilter } from './answering-filter.ts';
import { applicationConfigOf } from './application-config.ts';
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
      provide: APP_INTERCEPTOR,
      inject: [ModuleRef, AuthLifecycle, HttpAdapterHost],
      useFactory: globalInterceptor,
    },
  ];
}

// For the whole application: around all of its interceptors, so that none calls on nobody's behalf, nor what it recovers
// from leaves a header; and behind all of its filters.
function globalInterceptor(
  moduleRef: ModuleRef,
  lifecycle: AuthLifecycle,
  adapterHost: HttpAdapterHost,
): ServingInterceptor | undefined {
  const interceptor = new ServingInterceptor(lifecycle, adapterHost);
  const config = applicationConfigOf(moduleRef);
  if (config === undefined) return interceptor;
  config.addGlobalInterceptor(interceptor);
  config.addGlobalFilter(new AnsweringFilter(adapterHost));
  // Nest passes over none.
  return undefined;
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
