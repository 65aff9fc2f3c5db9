import { isObject } from './option-reader.ts';

/** Whether a value is an object with functions of these names. */
export function hasFunctions(value: unknown, ...names: readonly string[]): value is object {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}
