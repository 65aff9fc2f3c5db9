import type { OutboundAuthChoice } from './augmentation.cts';
import type { AxiosRequestConfig } from 'axios';

declare module 'axios' {
  interface AxiosRequestConfig {
    /** Which client's token the call carries, and which token parameters ask for it; `false` attaches nothing. */
    outboundAuth?: OutboundAuthChoice;
  }
}

/** What a call may choose for itself, by `outboundAuth` in its config; `false` attaches nothing. */
export type AxiosCallOptions = NonNullable<AxiosRequestConfig['outboundAuth']>;
