import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { kind, type OptionReader } from '../option-reader.ts';
import { type EncryptionKey, type EncryptionKeySource, readEncryptionKey } from '../stores/encryption-key.ts';
import { encryption } from '../stores/encryption.ts';
import { plainTexts, type Seal } from '../stores/seal.ts';

const option = 'encryptionKeys';

/** Reads `encryptionKeys`; without, texts stay as they are. What functions give is read when it is needed. */
export function readEncryptionKeys(reader: OptionReader, clock: Pick<Clock, 'now'>): Seal {
  const given = reader.value(option);
  if (given === undefined) return plainTexts;
  if (!Array.isArray(given)) {
    reader.refuse(option, `must be a list, such as [env('TOKEN_KEY')], not ${kind(given)}`);
    return plainTexts;
  }
  if (given.length === 0) reader.refuse(option, `is empty; give a key, or leave it out`);
  return encryption(readKeys(reader, given), clock);
}

function readKeys(reader: OptionReader, given: readonly unknown[]): readonly EncryptionKeySource[] {
  const seen: KeyObject[] = [];
  return Array.from(given).flatMap((source, index): EncryptionKeySource[] => {
    if (isFunction(source)) return [source];
    const key = readEncryptionKey(source);
    if (typeof key === 'string') {
      reader.refuseItem(option, index, key);
      return [];
    }
    if (seen.some((other) => other.equals(key))) reader.refuseItem(option, index, 'stands there twice; leave one out');
    seen.push(key);
    return [key];
  });
}

function isFunction(value: unknown): value is () => EncryptionKey | Promise<EncryptionKey> {
  return typeof value === 'function';
}
