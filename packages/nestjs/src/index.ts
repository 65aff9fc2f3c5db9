export { InjectOutboundAuth, InjectOutboundClient } from './decorators.ts';
export { defineOutboundAuth } from './define-outbound-auth.ts';
export { OutboundAuthModule } from './module.ts';
export type { OutboundAuthSource } from './auth-source.ts';
export type {
  OutboundAuthModuleAsyncOptions,
  OutboundAuthModuleExtras,
  OutboundAuthModuleOptions,
  OutboundAuthOptionsFactory,
} from './options.ts';
export { getOutboundAuthToken, getOutboundClientToken, getOutboundHttpToken } from './tokens.ts';
