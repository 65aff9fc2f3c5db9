export { attachOutboundAuth } from './attach-outbound-auth.ts';
export type { AxiosCallOptions } from './augmentation.ts';
export type { AxiosConfigLike, AxiosLike } from './axios-like.ts';
