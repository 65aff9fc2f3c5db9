export { InjectOutboundAuth, InjectOutboundClient } from './decorators.ts';
export { defineOutboundAuth } from './define-outbound-auth.ts';
export type { OutboundAuthHealth, OutboundAuthHealthOptions, OutboundClientHealth } from './health.ts';
export { OutboundAuthHealthIndicator } from './health-indicator.ts';
export { OutboundAuthModule } from './module.ts';
export { OutboundAuthException } from './outbound-auth-exception.ts';
export type { OutboundAuthSource } from './auth-source.ts';
export type {
  OutboundAuthInstanceOptions,
  OutboundAuthModuleAsyncOptions,
  OutboundAuthModuleExtras,
  OutboundAuthModuleOptions,
  OutboundAuthOptionsFactory,
} from './options.ts';
export { getOutboundAuthToken, getOutboundClientToken, getOutboundHttpToken } from './tokens.ts';
export { UseOutboundClient } from './use-outbound-client.ts';
