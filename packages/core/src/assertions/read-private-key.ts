import { OptionsError } from '../errors.ts';
import type { OptionReader } from '../option-reader.ts';
import type { SigningAlgorithm } from './key-algorithms.ts';
import { assertPrivateKeySource, type PrivateKeySource } from './signing-key.ts';

/** Reads a private key that can sign by this algorithm; undefined for what is none. */
export function readPrivateKey(
  reader: OptionReader,
  name: string,
  algorithm: SigningAlgorithm | undefined,
): PrivateKeySource | undefined {
  const key = reader.value(name);
  try {
    assertPrivateKeySource(key, name, algorithm);
    return key;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    for (const { message } of error.problems) reader.refuse(name, message);
    return undefined;
  }
}
