import type { KeyObject, webcrypto } from 'node:crypto';

/** What a JWT is signed with. */
export interface Signature {
  readonly key: KeyObject | webcrypto.CryptoKey | Uint8Array;
  readonly algorithm: string;
}

let jose: typeof import('jose') | undefined;

/** Signs a JWT. `jose` is loaded by the first that needs it: it takes longer to load than all of core. */
export async function signJwt(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  { key, algorithm }: Signature,
): Promise<string> {
  // An import takes its time even of what is loaded.
  jose ??= await import('jose');
  return new jose.SignJWT({ ...claims }).setProtectedHeader({ ...header, alg: algorithm }).sign(key);
}

/** Seconds since the epoch, a little in the past: a server whose clock runs behind must not see the future. */
export function backdated(now: number): number {
  return Math.floor(now / 1_000) - 5;
}
