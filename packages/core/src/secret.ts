import { OptionsError } from './errors.ts';

/** A secret as text, or a function that gives it each time it is needed, async too: rotation without a restart. */
export type SecretSource = string | (() => string | Promise<string>);

/** What a secret in the options must be. What was given stays unsaid: it may be a secret in the wrong shape. */
export const secretRule = 'must be a text that is not empty, or a function that gives one (for example env(…))';

export function isSecretSource(value: unknown): value is SecretSource {
  return typeof value === 'function' || (typeof value === 'string' && value !== '');
}

/**
 * Makes sure of a secret when it is given, so that a slip is found at the start and not by the first call.
 *
 * @param path What was called, as a user writes it.
 * @throws {OptionsError} if it is neither text nor function.
 */
export function assertSecretSource(value: unknown, path: string): asserts value is SecretSource {
  if (!isSecretSource(value)) throw new OptionsError([{ path, message: secretRule }]);
}

/** Reads a secret now. @throws {TypeError} if what comes is not a text, or empty. */
export async function readSecret(source: SecretSource): Promise<string> {
  const secret: unknown = typeof source === 'function' ? await source() : source;
  if (typeof secret === 'string' && secret !== '') return secret;
  const kind = secret === null ? 'null' : typeof secret;
  throw new TypeError(`a secret came as ${secret === '' ? 'an empty text' : `${kind}, not as a text`}`);
}
