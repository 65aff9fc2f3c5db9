import type { CallOptions } from '@outbound-auth/core';

/** Of a call's config, what an interceptor reads and writes. */
export interface AxiosConfigLike {
  /** What sends the call: a function, names, or nothing. */
  adapter?: unknown;
  /** The call's own choice of client and token parameters; `false` attaches nothing. */
  outboundAuth?: CallOptions | false;
}

/**
 * An Axios instance, by what is needed of it: `axios` itself or what `axios.create()` returns, from 1.6 on.
 *
 * Not Axios' own type, of which there are two, one for ESM and one for CommonJS, that don't accept each other.
 */
export interface AxiosLike {
  /** Where `attachOutboundAuth` takes its place, and leaves it again. */
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
