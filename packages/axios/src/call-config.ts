import type { AxiosConfigLike } from './axios-like.ts';

/** The config of a call, as its adapter gets it. What Axios alone understands is unknown here. */
export interface CallConfig extends AxiosConfigLike {
  readonly allowAbsoluteUrls?: unknown;
  readonly auth?: unknown;
  readonly baseURL?: unknown;
  readonly beforeRedirect?: unknown;
  readonly cancelToken?: unknown;
  readonly data?: unknown;
  readonly fetchOptions?: unknown;
  readonly headers?: unknown;
  readonly httpsAgent?: unknown;
  readonly maxRedirects?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly paramsSerializer?: unknown;
  readonly sensitiveHeaders?: unknown;
  readonly signal?: unknown;
  readonly socketPath?: unknown;
  readonly timeout?: unknown;
  readonly timeoutErrorMessage?: unknown;
  readonly transitional?: unknown;
  readonly transport?: unknown;
  readonly url?: unknown;
  readonly validateStatus?: unknown;
}
