import { OptionsError } from '../errors.ts';
import { assertPrivateKeySource, type SigningAlgorithm } from '../assertions/signing-key.ts';
import type { DpopSettings } from '../token-endpoint/dpop.ts';
import type { OptionReader } from '../option-reader.ts';

/** What the options say of DPoP. */
export type DpopChoice = Pick<DpopSettings, 'key' | 'algorithm' | 'allowBearer'>;

const algorithms = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
] as const;

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
  const algorithm: SigningAlgorithm | undefined =
    options.value('algorithm') === undefined ? undefined : options.oneOf('algorithm', algorithms);
  const choice = { key: readKey(options), algorithm, allowBearer: options.flag('allowBearer') };
  options.refuseOthers();
  return choice;
}

function readKey(options: OptionReader): DpopSettings['key'] {
  const key = options.value('key');
  if (key === undefined) return undefined;
  try {
    assertPrivateKeySource(key, 'key');
    return key;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    for (const { message } of error.problems) options.refuse('key', message);
    return undefined;
  }
}
