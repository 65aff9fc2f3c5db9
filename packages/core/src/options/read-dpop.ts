import { type SigningAlgorithm, signingAlgorithms } from '../assertions/key-algorithms.ts';
import { assertPrivateKeySource } from '../assertions/signing-key.ts';
import { OptionsError } from '../errors.ts';
import type { OptionReader } from '../option-reader.ts';
import type { DpopSettings } from '../token-endpoint/dpop.ts';

/** What the options say of DPoP. */
export type DpopChoice = Pick<DpopSettings, 'key' | 'algorithm' | 'allowBearer'>;

/** Reads `dpop`: a flag, or its options. */
export function readDpop(reader: OptionReader): DpopChoice | undefined {
  const given = reader.value('dpop');
  if (given === undefined || given === false) return undefined;
  if (given === true) return { key: undefined, algorithm: undefined, allowBearer: false };
  if (typeof given !== 'object') {
    reader.refuse('dpop', 'must be true or false, or an object with key, algorithm or allowBearer');
    return undefined;
  }
  const options = reader.child('dpop');
  if (options === undefined) return undefined;
  const algorithm = readAlgorithm(options);
  const choice = { key: readKey(options, algorithm), algorithm, allowBearer: options.flag('allowBearer') };
  options.refuseOthers();
  return choice;
}

function readAlgorithm(options: OptionReader): SigningAlgorithm | undefined {
  const value = options.value('algorithm');
  if (value === undefined) return undefined;
  options.oneOf('algorithm', signingAlgorithms);
  return signingAlgorithms.find((algorithm) => algorithm === value);
}

function readKey(options: OptionReader, algorithm: SigningAlgorithm | undefined): DpopSettings['key'] {
  const key = options.value('key');
  if (key === undefined) {
    if (algorithm === undefined || algorithm === 'ES256') return undefined;
    options.refuse(
      'algorithm',
      'is for a key of your own, for one made here signs by ES256; give key, or leave it out',
    );
    return undefined;
  }
  try {
    assertPrivateKeySource(key, 'key', algorithm);
    return key;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    for (const { message } of error.problems) options.refuse('key', message);
    return undefined;
  }
}
