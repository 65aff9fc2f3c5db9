import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';

/** All that the servers sign with, and their clients. */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'Ed25519';

/** A key pair for signatures with one algorithm. */
export interface SigningKey {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  /** Both carry `alg`, `kid` and `use`. */
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

const makeKey = promisify(generateKeyPair);
const made = new Map<string, Promise<SigningKey>>();

/** The key of this name, made once for all tests of the process: RSA keys take a while. */
export function signingKey(alg: SigningAlgorithm, kid: string): Promise<SigningKey> {
  const key = made.get(kid) ?? make(alg, kid);
  made.set(kid, key);
  return key;
}

async function make(alg: SigningAlgorithm, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await pair(alg);
  const described = { alg, kid, use: 'sig' };
  return {
    alg,
    kid,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateJwk: { ...(await exportJWK(privateKey)), ...described },
    publicJwk: { ...(await exportJWK(publicKey)), ...described },
  };
}

function pair(alg: SigningAlgorithm): ReturnType<typeof makeRsa> {
  if (alg === 'ES256') return makeKey('ec', { namedCurve: 'P-256' });
  if (alg === 'EdDSA' || alg === 'Ed25519') return makeKey('ed25519', {});
  return makeRsa();
}

function makeRsa() {
  return makeKey('rsa', { modulusLength: 2048 });
}
