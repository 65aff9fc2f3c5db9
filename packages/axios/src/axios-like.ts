import type { CallOptions } from '@outbound-auth/core';

/** Of a request's config, what is read and written here. What Axios alone understands is unknown. */
export interface AxiosConfigLike {
  url?: string;
  method?: string;
  headers?: unknown;
  data?: unknown;
  adapter?: unknown;
  outboundAuth?: CallOptions | false;
  readonly auth?: unknown;
  readonly beforeRedirect?: unknown;
  readonly cancelToken?: unknown;
  readonly fetchOptions?: unknown;
  readonly maxRedirects?: unknown;
  readonly signal?: unknown;
  readonly socketPath?: unknown;
  readonly timeout?: unknown;
  readonly timeoutErrorMessage?: unknown;
  readonly transitional?: unknown;
  readonly transport?: unknown;
  readonly validateStatus?: unknown;
}

/**
 * An Axios instance, by what is needed of it: `axios` itself or what `axios.create()` returns, from 1.6 on.
 *
 * Not Axios' own type, of which there are two, one for ESM and one for CommonJS, that don't accept each other.
 */
export interface AxiosLike {
  readonly interceptors: {
    readonly request: {
      use(
        onFulfilled: <Config extends AxiosConfigLike>(config: Config) => Config,
        onRejected: undefined,
        options: { synchronous: boolean },
      ): number;
      eject(id: number): void;
    };
  };
}
