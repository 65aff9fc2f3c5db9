import type { ConfigurableModuleAsyncOptions, ModuleMetadata } from '@nestjs/common';
import type { ClientName } from '@outbound-auth/core';
import type { AxiosRequestConfig } from 'axios';
import type { OptionRule } from '../check-options.ts';

/** What an `OutboundHttpModule` must know before any factory has run. */
export interface OutboundHttpModuleExtras<Name extends string = ClientName> {
  /** The client of its calls. Default: the client of each call is found by address. */
  readonly client?: Name;
  /** The `name` of the `OutboundAuth`, where the application has several. Default: the one without a name. */
  readonly auth?: string;
  /** Exports the instance as Nest's plain `HttpService` too, for classes that inject that. Default: false. */
  readonly asHttpService?: boolean;
  /** Whether every module can inject what this one exports. Default: false. */
  readonly isGlobal?: boolean;
  /** Modules to find `OutboundAuth` in, where `OutboundAuthModule` isn't global, and what `inject` names. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
}

/** What these must be. */
export const extrasRules: Readonly<Record<keyof OutboundHttpModuleExtras, OptionRule>> = {
  client: 'text',
  auth: 'text',
  asHttpService: 'flag',
  isGlobal: 'flag',
  imports: 'other',
};

/** What `OutboundHttpModule.register` takes: whose tokens to attach, and what `axios.create` takes. */
export interface OutboundHttpModuleOptions<Name extends string = ClientName>
  extends Omit<AxiosRequestConfig, 'auth'>, OutboundHttpModuleExtras<Name> {}

/** A class that makes the Axios configuration, for `useClass` and `useExisting` of `OutboundHttpModule.registerAsync`. */
export interface OutboundHttpOptionsFactory {
  /** Called once for each `registerAsync`, when the application starts. */
  createOutboundHttpOptions(): AxiosRequestConfig | Promise<AxiosRequestConfig>;
}

/** What `OutboundHttpModule.registerAsync` takes: `useFactory` with `inject`, `useClass` or `useExisting`. */
export interface OutboundHttpModuleAsyncOptions<Name extends string = ClientName>
  extends
    Omit<ConfigurableModuleAsyncOptions<AxiosRequestConfig, 'createOutboundHttpOptions'>, 'imports'>,
    OutboundHttpModuleExtras<Name> {}
