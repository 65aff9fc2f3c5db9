import { OptionsError } from '@outbound-auth/core';
import type { AxiosLike } from './axios-like.ts';
import { call, isObject, member } from './member.ts';

/** An instance of the caller's own build of Axios, with no interceptors and no defaults: it sends what it is told. */
export interface Sibling {
  getUri(config: object): string;
  request(config: object): Promise<unknown>;
}

/**
 * Makes an instance's sibling. Adapters are run through it because an imported Axios may be another build than the
 * caller's (ESM beside CommonJS), and such a one silently drops every header.
 */
export function siblingOf(instance: AxiosLike): Sibling {
  const sibling = call(member(instance, 'create'), instance);
  const defaults = member(sibling, 'defaults');
  if (!isSibling(sibling) || !isObject(defaults) || defaults === member(instance, 'defaults')) {
    const message = 'instance must be axios itself or what axios.create() returns';
    throw new OptionsError([{ path: 'attachOutboundAuth(instance, auth)', message }]);
  }
  // The caller's config has them all, and those that an interceptor took out of it must not come back.
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  return sibling;
}

/** An error of the caller's own build of Axios, so that `instanceof AxiosError` holds. */
export async function axiosError(sibling: Sibling, message: string, code: string, config: object): Promise<Error> {
  // To name no adapter is an error in every version, and its class is the one that is wanted.
  const sample = await sibling.request({ adapter: [] }).catch((error: unknown) => error);
  const constructor = sample instanceof Error ? sample.constructor : Error;
  const error: unknown = Reflect.construct(constructor, [message, code, config]);
  return error instanceof Error ? error : new Error(message);
}

function isSibling(value: unknown): value is Sibling {
  return typeof member(value, 'getUri') === 'function' && typeof member(value, 'request') === 'function';
}
