/** A secret as text, or a function that gives it each time it is needed, async too: rotation without a restart. */
export type SecretSource = string | (() => string | Promise<string>);

/** Reads a secret now. @throws {TypeError} if what comes is not a text, or empty. */
export async function readSecret(source: SecretSource): Promise<string> {
  const secret: unknown = typeof source === 'string' ? source : await source();
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError(`the function gave ${secret === '' ? 'an empty text' : `${typeof secret}, not a text`}`);
  }
  return secret;
}
