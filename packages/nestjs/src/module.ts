import { type DynamicModule, Module } from '@nestjs/common';
import { type ClientName, isOutboundAuth, OutboundAuth } from '@outbound-auth/core';
import type { OutboundAuthSource } from './auth-source.ts';
import { ConfigurableModuleClass } from './module-definition.ts';
import type { OutboundAuthModuleAsyncOptions, OutboundAuthModuleExtras, OutboundAuthModuleOptions } from './options.ts';
import { authProviders, clientProvider } from './providers.ts';
import { getOutboundAuthToken } from './tokens.ts';

/**
 * Makes the application's `OutboundAuth` and its clients injectable. With wrong options, or a client that they don't
 * have, the application doesn't start.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { env } from '@outbound-auth/core';
 * import { OutboundAuthModule } from '@outbound-auth/nestjs';
 *
 * @Module({
 *   imports: [
 *     OutboundAuthModule.forRoot({
 *       clients: {
 *         billing: {
 *           issuer: 'https://idp.example.com',
 *           clientId: 'orders-service',
 *           clientSecret: env('BILLING_SECRET'),
 *           attachTo: ['https://api.billing.example/v2'],
 *         },
 *       },
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({})
export class OutboundAuthModule {
  /** Takes the options of `createOutboundAuth`. What is made of them is closed in `onApplicationShutdown`. */
  static forRoot<Name extends string>(options: OutboundAuthModuleOptions<Name>): DynamicModule;
  /** Takes a ready `OutboundAuth`, shared with other code. Its maker closes it. */
  static forRoot<Name extends string>(
    auth: OutboundAuth<Name>,
    extras?: OutboundAuthModuleExtras<NoInfer<Name>>,
  ): DynamicModule;
  static forRoot(
    source: OutboundAuth<string> | OutboundAuthModuleOptions,
    extras?: OutboundAuthModuleExtras<string>,
  ): DynamicModule {
    if (isOutboundAuth(source)) return rootOf(source, extras);
    const { isGlobal, ...options } = source;
    const clients = Object.keys({ ...options.clients });
    return rootOf(options, isGlobal === undefined ? { clients } : { clients, isGlobal });
  }

  /** Takes what a factory or a class makes of other providers: options, or a ready `OutboundAuth`. */
  static forRootAsync(options: OutboundAuthModuleAsyncOptions): DynamicModule {
    const definition = ConfigurableModuleClass.forRootAsync(options);
    const clients = (options.clients ?? []).map(clientProvider);
    return {
      ...definition,
      module: OutboundAuthModule,
      providers: [...(definition.providers ?? []), ...authProviders, ...clients],
      exports: [getOutboundAuthToken(), OutboundAuth, ...clients.map(({ provide }) => provide)],
    };
  }

  /** Makes clients injectable that `forRootAsync` didn't name, in the module that imports this. */
  static forFeature(names: readonly ClientName[]): DynamicModule {
    const clients = names.map(clientProvider);
    return { module: OutboundAuthModule, providers: clients, exports: clients.map(({ provide }) => provide) };
  }
}

function rootOf(source: OutboundAuthSource, extras?: OutboundAuthModuleExtras<string>): DynamicModule {
  return OutboundAuthModule.forRootAsync({ ...extras, useFactory: () => source });
}
