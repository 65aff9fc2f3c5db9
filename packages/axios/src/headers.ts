import { isOwnHeader } from '@outbound-auth/core';
import { call, isObject, member } from './member.ts';

/** Headers as Axios holds them (`AxiosHeaders`): names in any case. */
export interface HeadersLike {
  get(name: string): unknown;
  set(name: string, value: string, rewrite: boolean): unknown;
  delete(name: string): unknown;
}

export function headersOf(value: unknown): HeadersLike {
  if (isHeaders(value)) return value;
  throw new TypeError('the headers of this request are not AxiosHeaders: Axios 1.6 or newer is needed');
}

/** Headers of the same build of Axios: another build would silently drop every one of them. */
export function copyHeaders(headers: HeadersLike, from: unknown = headers): HeadersLike {
  // Not `AxiosHeaders.from`, which returns the same object: the token would show in the caller's config.
  const copy: unknown = Reflect.construct(headers.constructor, [from]);
  return headersOf(copy);
}

/** Whether a header would be sent: Axios keeps `null` and `false` for those that must not be. */
export function hasHeader(headers: HeadersLike, name: string): boolean {
  const value = headers.get(name);
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== 'string' || isOwnHeader(name, value);
}

/** A header of a response, by lower-case name. */
export function responseHeader(response: unknown, name: string): string | undefined {
  const headers = member(response, 'headers');
  const value = call(member(headers, 'get'), headers, name);
  return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : undefined;
}

function isHeaders(value: unknown): value is HeadersLike {
  return (
    isObject(value) &&
    typeof value['get'] === 'function' &&
    typeof value['set'] === 'function' &&
    typeof value['delete'] === 'function'
  );
}
