import type { FactoryProvider, Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, ModuleRef } from '@nestjs/core';
import { OutboundAuth, type OutboundClient } from '@outbound-auth/core';
import { AuthLifecycle } from './auth-lifecycle.ts';
import type { OutboundAuthSource } from './auth-source.ts';
import { MODULE_OPTIONS_TOKEN } from './module-definition.ts';
import { ServingInterceptor } from './serving-interceptor.ts';
import { getOutboundAuthToken, getOutboundClientToken } from './tokens.ts';

/** The application's `OutboundAuth`, by its token and by its type, and what tells it whose request is served. */
export const authProviders: readonly Provider[] = [
  { provide: AuthLifecycle, inject: [ModuleRef], useFactory: (moduleRef: ModuleRef) => new AuthLifecycle(moduleRef) },
  {
    provide: getOutboundAuthToken(),
    inject: [MODULE_OPTIONS_TOKEN, AuthLifecycle],
    useFactory: (source: OutboundAuthSource, lifecycle: AuthLifecycle) => lifecycle.authFrom(source),
  },
  { provide: OutboundAuth, useExisting: getOutboundAuthToken() },
  {
    // For the whole application. That of a second module changes nothing any more.
    provide: APP_INTERCEPTOR,
    inject: [ModuleRef],
    useFactory: (moduleRef: ModuleRef) => new ServingInterceptor(moduleRef),
  },
];

/** The client of this name. Nest makes it at boot, so that is when an unknown name fails. */
export function clientProvider(name: string): FactoryProvider<OutboundClient> {
  return {
    provide: getOutboundClientToken(name),
    inject: [getOutboundAuthToken()],
    useFactory: (auth: OutboundAuth<string>) => auth.client(name),
  };
}
