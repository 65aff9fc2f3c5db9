import { type DynamicModule, Module } from '@nestjs/common';
import { type ClientName, isOutboundAuth, type OptionProblem, OptionsError, OutboundAuth } from '@outbound-auth/core';
import { asyncProblemsOf, problemsOf } from './check-options.ts';
import { instanceRules } from './instance-rules.ts';
import { ConfigurableModuleClass } from './module-definition.ts';
import type { OutboundAuthModuleAsyncOptions, OutboundAuthModuleExtras, OutboundAuthModuleOptions } from './options.ts';
import { authProviders, clientProvider, lifecycleProviders } from './providers.ts';

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
  /** Takes the options of `createOutboundAuth`, and its own. What is made of them is closed in `onApplicationShutdown`. */
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
    const where = 'OutboundAuthModule.forRoot';
    if (isOutboundAuth(source)) {
      if (extras !== undefined) refuse(problemsOf(where, extras, { ...instanceRules, clients: 'texts' }));
      return moduleOf({ ...extras, useFactory: () => source });
    }
    refuse(problemsOf(where, source, instanceRules, true));
    const message = 'takes a second argument beside a ready OutboundAuth alone';
    if (extras !== undefined) refuse([{ path: where, message }]);
    const { name, isGlobal, resolve, subjectToken, ...options } = source;
    const clients = Object.keys({ ...options.clients });
    return moduleOf({ name, isGlobal, resolve, subjectToken, clients, useFactory: () => options });
  }

  /** Takes what a factory or a class makes of other providers: options, or a ready `OutboundAuth`. */
  static forRootAsync(
    options: OutboundAuthModuleAsyncOptions | (OutboundAuthModuleAsyncOptions<string> & { readonly name: string }),
  ): DynamicModule {
    refuse(asyncProblemsOf('OutboundAuthModule.forRootAsync', options, { ...instanceRules, clients: 'texts' }));
    return moduleOf(options);
  }

  /** Makes clients injectable that `forRootAsync` didn't name, in the module that imports this. */
  static forFeature(clients: readonly ClientName[]): DynamicModule;
  /** Of the instance that has this name. */
  static forFeature(clients: readonly string[], name: string): DynamicModule;
  static forFeature(clients: readonly string[], name?: string): DynamicModule {
    const providers = clients.map((client) => clientProvider(client, name));
    return { module: OutboundAuthModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

function refuse(problems: readonly OptionProblem[]): void {
  if (problems.length > 0) throw new OptionsError(problems);
}

function moduleOf(options: OutboundAuthModuleAsyncOptions<string>): DynamicModule {
  const definition = ConfigurableModuleClass.forRootAsync(options);
  const own = [
    ...authProviders(options),
    ...(options.clients ?? []).map((client) => clientProvider(client, options.name)),
  ];
  return {
    ...definition,
    module: OutboundAuthModule,
    // As peers with forRoot and forFeature are: what calls other services is written all over an application.
    global: options.isGlobal ?? true,
    providers: [...(definition.providers ?? []), ...lifecycleProviders(options), ...own],
    exports: own.map(({ provide }) => provide),
  };
}
