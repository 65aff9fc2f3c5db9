import { OptionsError } from '../errors.ts';

/** @throws {OptionsError} if a token is neither text nor function, and yet given. */
export function assertSubjectTokenSource(value: unknown, path: string): void {
  if (value === undefined || typeof value === 'function' || (typeof value === 'string' && value !== '')) return;
  const message =
    'must be a text that is not empty, or a function that gives one; without it the served request’s is used';
  throw new OptionsError([{ path, message }]);
}
