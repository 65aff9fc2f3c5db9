import { ConfigurableModuleBuilder, type ConfigurableModuleHost } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';

type Host = ConfigurableModuleHost<AxiosRequestConfig, 'register', 'createOutboundHttpOptions'>;

// Always transient: two registers are two modules, also where Nest tells modules apart by the text of their factories.
const host: Host = new ConfigurableModuleBuilder<AxiosRequestConfig>({
  moduleName: 'OutboundHttp',
  alwaysTransient: true,
})
  .setClassMethodName('register')
  .setFactoryMethodName('createOutboundHttpOptions')
  .build();

export const ConfigurableModuleClass: Host['ConfigurableModuleClass'] = host.ConfigurableModuleClass;

/** What the Axios configuration is injected by. */
export const MODULE_OPTIONS_TOKEN: string | symbol = host.MODULE_OPTIONS_TOKEN;
