import { readAlgorithm, type SigningAlgorithm } from '../assertions/key-algorithms.ts';
import { readPrivateKey } from '../assertions/read-private-key.ts';
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
  const algorithm = readAlgorithm(options, 'algorithm');
  const choice = { key: readKey(options, algorithm), algorithm, allowBearer: options.flag('allowBearer') };
  options.refuseOthers();
  return choice;
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
  return readPrivateKey(options, 'key', algorithm);
}
