import { compactDecrypt, CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import type { KeyRing, RingKey } from './key-ring.ts';
import type { Seal } from './seal.ts';
import { Slots } from './slots.ts';

const algorithms = { alg: 'dir', enc: 'A256GCM' } as const;
const accepted = {
  keyManagementAlgorithms: [algorithms.alg],
  contentEncryptionAlgorithms: [algorithms.enc],
  maxDecompressedLength: 0,
};
// Token responses have 1 MiB at most, and a third more when written in Base64.
const longest = 2 ** 21;

/** Texts as JWEs, each bound to the key of the store that it stands under. @see https://www.rfc-editor.org/rfc/rfc7516 */
export class SealedJwe implements Seal {
  readonly encrypts = true;
  readonly #ring: KeyRing;
  // Ten thousand at once would hold the event loop for half a second; each takes about 50 µs.
  readonly #slots = new Slots(32);

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  async seal(key: string, text: string): Promise<string> {
    const [first] = await this.#ring.keys();
    if (first === undefined) throw new TypeError('encryptionKeys: the list is empty');
    return new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ ...algorithms, kid: first.id, store_key: key })
      .encrypt(first.secret);
  }

  async open(key: string, sealed: string): Promise<string | undefined> {
    if (!mayBeSealed(sealed)) return undefined;
    const known = await this.#ring.keys();
    const { text, unknownKey } = await this.#slots.use(() => open(sealed, key, known));
    if (unknownKey === undefined) return text;
    const newer = await this.#ring.keysWith(unknownKey);
    return newer && (await this.#slots.use(() => open(sealed, key, newer))).text;
  }
}

function mayBeSealed(value: unknown): boolean {
  return typeof value === 'string' && value.length <= longest;
}

/** What was sealed; or, if that needs a key that isn't there, its name. */
interface Opened {
  readonly text?: string;
  readonly unknownKey?: string | undefined;
}

async function open(sealed: string, key: string, keys: readonly RingKey[]): Promise<Opened> {
  let unknownKey: string | undefined;
  try {
    const { plaintext } = await compactDecrypt(
      sealed,
      (header: CompactJWEHeaderParameters) => {
        const { kid, store_key }: Readonly<Record<string, unknown>> = { ...header };
        // The header is authenticated by decrypting. Compared before, so that nothing is asked for what is another's.
        if (store_key !== key || typeof kid !== 'string') throw new TypeError('this is another’s');
        const found = keys.find(({ id }) => id === kid);
        if (found !== undefined) return found.secret;
        unknownKey = kid;
        throw new TypeError('its key is not known');
      },
      accepted,
    );
    return { text: Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength).toString() };
  } catch {
    // Rubbish, tampered with, another's: as if absent, whatever it is.
    return { unknownKey };
  }
}
