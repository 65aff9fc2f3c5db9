import { isObject } from './option-reader.ts';

/** Whether a value is a promise, of whatever library: session stores bring theirs. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && 'then' in value && typeof value.then === 'function';
}
