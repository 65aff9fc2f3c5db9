/**
 * Whether a header that the caller of a call has set is to be left alone. An `Authorization` without a credential is none:
 * empty, or a scheme alone, as a variable that wasn't set leaves it.
 *
 * @example
 * ```ts
 * import { isOwnHeader } from '@outbound-auth/core';
 *
 * const headers = new Headers({ authorization: 'Bearer ' });
 * export const has = (name: string): boolean => isOwnHeader(name, headers.get(name) ?? undefined);
 * ```
 */
export function isOwnHeader(name: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  return name.toLowerCase() !== 'authorization' || !/^\s*(?:basic|bearer|dpop)?\s*$/i.test(value);
}
