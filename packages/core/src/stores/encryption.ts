import type { Clock } from '../clock.ts';
import type { EncryptionKeySource } from './encryption-key.ts';
import type { Seal } from './seal.ts';

/**
 * Encrypts what is written into a store with the first key, and decrypts with all of them. What can't be opened is as if
 * absent; only a key that can't be read is an error (`credential_unavailable`). Keys are read by the first use, which also
 * loads what encrypts.
 */
export function encryption(keys: readonly EncryptionKeySource[], clock: Pick<Clock, 'now'>): Seal {
  let loading: Promise<Seal> | undefined;
  let isLoaded = false;
  const load = async (): Promise<Seal> => {
    const [{ KeyRing }, { SealedJwe }] = await Promise.all([import('./key-ring.ts'), import('./sealed-jwe.ts')]);
    isLoaded = true;
    return new SealedJwe(new KeyRing(keys, clock));
  };
  const loaded = (): Promise<Seal> => (loading ??= load());
  return {
    encrypts: true,
    // Whoever uses it next is told why it can't be loaded.
    load: () => (isLoaded ? undefined : loaded().then(nothing, nothing)),
    seal: async (key, text) => (await loaded()).seal(key, text),
    open: async (key, sealed) => (await loaded()).open(key, sealed),
  };
}

function nothing(): void {}
