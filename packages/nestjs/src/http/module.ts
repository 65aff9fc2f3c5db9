import { HttpService } from '@nestjs/axios';
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { attachOutboundAuth } from '@outbound-auth/axios';
import { type OptionProblem, OptionsError, type OutboundAuth } from '@outbound-auth/core';
import axios, { type AxiosRequestConfig } from 'axios';
import { asyncProblemsOf, problemsOf } from '../check-options.ts';
import { getOutboundAuthToken, getOutboundHttpToken } from '../tokens.ts';
import { assertOneOfEach } from './assert-one-of-each.ts';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './module-definition.ts';
import { extrasRules, type OutboundHttpModuleAsyncOptions, type OutboundHttpModuleOptions } from './options.ts';

/**
 * Makes an `HttpService` injectable whose calls carry access tokens. Each has an Axios instance of its own: the global
 * one, which a bare `HttpModule` shares, is never touched. `OutboundAuth` comes from the global `OutboundAuthModule`, or
 * from `imports`.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { OutboundHttpModule } from '@outbound-auth/nestjs/axios';
 *
 * @Module({
 *   imports: [OutboundHttpModule.register({ client: 'billing', baseURL: 'https://api.billing.example/v2' })],
 * })
 * export class InvoiceModule {}
 * ```
 */
@Module({})
export class OutboundHttpModule {
  /** Takes whose tokens to attach, and what `axios.create` takes. */
  static register(
    options: OutboundHttpModuleOptions | (OutboundHttpModuleOptions<string> & { readonly auth: string }),
  ): DynamicModule {
    refuse(problemsOf('OutboundHttpModule.register', options, extrasRules, true));
    const { client, auth, asHttpService, isGlobal, imports, ...config } = options;
    return moduleOf({ ...options, useFactory: () => config });
  }

  /** Takes whose tokens to attach, and what a factory or a class makes of other providers: what `axios.create` takes. */
  static registerAsync(
    options: OutboundHttpModuleAsyncOptions | (OutboundHttpModuleAsyncOptions<string> & { readonly auth: string }),
  ): DynamicModule {
    refuse(asyncProblemsOf('OutboundHttpModule.registerAsync', options, extrasRules));
    return moduleOf(options);
  }
}

function refuse(problems: readonly OptionProblem[]): void {
  if (problems.length > 0) throw new OptionsError(problems);
}

function moduleOf(options: OutboundHttpModuleAsyncOptions<string>): DynamicModule {
  const { client, auth, asHttpService = false, isGlobal = false } = options;
  const definition = ConfigurableModuleClass.registerAsync(options);
  const own = httpProvider(client, auth);
  const plain = asHttpService ? [{ provide: HttpService, useExisting: own.provide }] : [];
  return {
    ...definition,
    module: OutboundHttpModule,
    global: isGlobal,
    providers: [...(definition.providers ?? []), own, ...plain],
    exports: [own, ...plain].map(({ provide }) => provide),
  };
}

function httpProvider(client: string | undefined, name: string | undefined): FactoryProvider<HttpService> {
  const provide = getOutboundHttpToken(client, name);
  return {
    provide,
    inject: [MODULE_OPTIONS_TOKEN, getOutboundAuthToken(name), ModuleRef],
    useFactory: (config: AxiosRequestConfig, auth: OutboundAuth<string>, moduleRef: ModuleRef) => {
      assertOneOfEach(moduleRef, OutboundHttpModule, HttpService, 'the plain HttpService');
      assertOneOfEach(
        moduleRef,
        OutboundHttpModule,
        provide,
        `the HttpService of ${client === undefined ? 'no client' : `'${client}'`}`,
      );
      const instance = axios.create(config);
      // Nest makes this at boot, so that is when an unknown client fails.
      attachOutboundAuth(instance, auth, client === undefined ? {} : { client });
      return new HttpService(instance);
    },
  };
}
