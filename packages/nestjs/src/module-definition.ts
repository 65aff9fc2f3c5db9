import { ConfigurableModuleBuilder, type ConfigurableModuleHost } from '@nestjs/common';
import type { OutboundAuthSource } from './auth-source.ts';

type Host = ConfigurableModuleHost<OutboundAuthSource, 'forRoot', 'createOutboundAuthOptions'>;

// Always transient: two roots are two modules, also where Nest tells modules apart by the text of their factories.
const host: Host = new ConfigurableModuleBuilder<OutboundAuthSource>({
  moduleName: 'OutboundAuth',
  alwaysTransient: true,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createOutboundAuthOptions')
  .build();

export const ConfigurableModuleClass: Host['ConfigurableModuleClass'] = host.ConfigurableModuleClass;

/** What the options, or the ready `OutboundAuth`, are injected by. */
export const MODULE_OPTIONS_TOKEN: string | symbol = host.MODULE_OPTIONS_TOKEN;
