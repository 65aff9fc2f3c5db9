import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';
import type { ClientName, OutboundAuthOptions } from '@outbound-auth/core';
import type { OutboundAuthSource } from './auth-source.ts';

/** What `OutboundAuthModule.forRoot` takes: the options of `createOutboundAuth`, and one of Nest's. */
export interface OutboundAuthModuleOptions<Name extends string = string> extends OutboundAuthOptions<Name> {
  /** Whether every module can inject what this one exports. Default: true. */
  readonly isGlobal?: boolean;
}

/** What the module must be told where it can't read it from the options. */
export interface OutboundAuthModuleExtras<Name extends string = ClientName> {
  /** The names of the clients that can be injected from this module, without `forFeature`. Default: none. */
  readonly clients?: readonly Name[];
  /** Whether every module can inject what this one exports. Default: true. */
  readonly isGlobal?: boolean;
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
export interface OutboundAuthModuleAsyncOptions
  extends ConfigurableModuleAsyncOptions<OutboundAuthSource, 'createOutboundAuthOptions'>, OutboundAuthModuleExtras {}
