import type { ConfigurableModuleAsyncOptions, ExecutionContext } from '@nestjs/common';
import type { ClientName, OutboundAuthOptions, ServingOptions } from '@outbound-auth/core';
import type { OutboundAuthSource } from './auth-source.ts';

/** What the module takes beside the options of `createOutboundAuth`. */
export interface OutboundAuthInstanceOptions extends ServingOptions<ExecutionContext> {
  /**
   * What tells this `OutboundAuth` from others of the application: the decorators and token getters take it as their last
   * parameter. Where it is given, nothing is injected by type. Default: the one that they mean without it.
   */
  readonly name?: string | undefined;
  /** Whether every module can inject what this one exports. Default: true. */
  readonly isGlobal?: boolean | undefined;
}

/** What `OutboundAuthModule.forRoot` takes: the options of `createOutboundAuth`, and those of the module. */
export interface OutboundAuthModuleOptions<Name extends string = string>
  extends OutboundAuthOptions<Name>, OutboundAuthInstanceOptions {}

/** What the module must be told where it can't read it from the options. */
export interface OutboundAuthModuleExtras<Name extends string = ClientName> extends OutboundAuthInstanceOptions {
  /** The names of the clients that can be injected from this module, without `forFeature`. Default: none. */
  readonly clients?: readonly Name[];
}

/** A class that makes the options, for `useClass` and `useExisting` of `OutboundAuthModule.forRootAsync`. */
export interface OutboundAuthOptionsFactory {
  /** Called once, when the application starts. */
  createOutboundAuthOptions(): OutboundAuthSource | Promise<OutboundAuthSource>;
}

/**
 * What `OutboundAuthModule.forRootAsync` takes: `useFactory` with `inject`, `useClass` or `useExisting`, each with the
 * modules to look in (`imports`), and the names of the clients, which can't be known before the factory has run.
 */
export interface OutboundAuthModuleAsyncOptions<Name extends string = ClientName>
  extends
    ConfigurableModuleAsyncOptions<OutboundAuthSource, 'createOutboundAuthOptions'>,
    OutboundAuthModuleExtras<Name> {}
