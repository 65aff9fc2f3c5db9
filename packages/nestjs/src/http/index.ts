// Brings `outboundAuth` into the types of a call's Axios configuration.
export type { AxiosCallOptions } from '@outbound-auth/axios';
export { InjectOutboundHttp } from './decorators.ts';
export { OutboundHttpModule } from './module.ts';
export type {
  OutboundHttpModuleAsyncOptions,
  OutboundHttpModuleExtras,
  OutboundHttpModuleOptions,
  OutboundHttpOptionsFactory,
} from './options.ts';
