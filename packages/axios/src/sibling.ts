import { OptionsError } from '@outbound-auth/core';
import type { AxiosLike } from './axios-like.ts';
import { call, isObject, member } from './member.ts';

/** The caller's own build of Axios, with no interceptors and no defaults of the caller's. */
export interface Sibling {
  /** The address that a config makes. */
  getUri(config: object): string;
  /** Hands a config to the adapter that it names, as it is. */
  send(config: object): Promise<unknown>;
}

/**
 * Makes an instance's sibling. Adapters are run through it because an imported Axios may be another build than the
 * caller's (ESM beside CommonJS), and such a one silently drops every header.
 */
export function siblingOf(instance: AxiosLike): Sibling {
  const sibling = call(member(instance, 'create'), instance);
  const defaults = member(sibling, 'defaults');
  if (!isInstance(sibling) || !isObject(defaults) || defaults === member(instance, 'defaults')) {
    const message = 'instance must be axios itself or what axios.create() returns';
    throw new OptionsError([{ path: 'attachOutboundAuth(instance, auth)', message }]);
  }
  // The caller's config has them all, and those that an interceptor took out of it must not come back.
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  // A config that was merged is not merged again: what would be copied is exchanged for what is to be sent.
  sibling.interceptors.request.use((carrier) => carrier.config(), undefined, { synchronous: true });
  return {
    getUri: (config) => sibling.getUri(config),
    send: (config) => sibling.request({ config: () => config }),
  };
}

/** An error of the caller's own build of Axios, so that `instanceof AxiosError` holds. */
export function axiosError(
  sibling: Sibling,
  message: string,
  code: string | undefined,
  config: object,
): Promise<Error> {
  // To name no adapter is an error in every version, and its class is the one that is wanted.
  return errorLike(sibling.send({ adapter: [] }), message, code, config);
}

/** The same, for `isCancel`. */
export function canceledError(sibling: Sibling, message: string, config: object): Promise<Error> {
  return errorLike(sibling.send({ signal: AbortSignal.abort() }), message, config);
}

async function errorLike(failing: Promise<unknown>, message: string, ...further: readonly unknown[]): Promise<Error> {
  const sample = await failing.catch((error: unknown) => error);
  const constructor = sample instanceof Error ? sample.constructor : Error;
  const error: unknown = Reflect.construct(constructor, [message, ...further]);
  return error instanceof Error ? error : new Error(message);
}

interface Instance {
  readonly interceptors: {
    readonly request: {
      use(exchange: (carrier: Carrier) => object, onRejected: undefined, options: { synchronous: boolean }): unknown;
    };
  };
  getUri(config: object): string;
  request(carrier: Carrier): Promise<unknown>;
}

interface Carrier {
  readonly config: () => object;
}

function isInstance(value: unknown): value is Instance {
  return (
    typeof member(value, 'getUri') === 'function' &&
    typeof member(value, 'request') === 'function' &&
    typeof member(member(member(value, 'interceptors'), 'request'), 'use') === 'function'
  );
}
