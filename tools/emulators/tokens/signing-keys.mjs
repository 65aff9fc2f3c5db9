import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';

/** RS256 keys of an authorization server: the newest signs, all that are published verify. */
export class SigningKeys {
  #current;
  #published = [];

  static async create() {
    const keys = new SigningKeys();
    await keys.rotate();
    return keys;
  }

  /**
   * From now on a new key signs.
   *
   * @param options.drop - the old ones are no longer published, so that what they signed is refused
   */
  async rotate({ drop = false } = {}) {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const kid = randomUUID();
    const jwk = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid };
    this.#current = { privateKey, kid };
    this.#published = drop ? [jwk] : [jwk, ...this.#published];
  }

  get jwks() {
    return { keys: this.#published };
  }

  sign(claims) {
    const { privateKey, kid } = this.#current;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey);
  }
}

/** The address that serves the keys, as a route for `serve()`. */
export function jwksRoute(keys) {
  return {
    path: '/.well-known/jwks.json',
    methods: ['GET'],
    answer: () => ({ status: 200, verdict: 'ok', body: keys.jwks }),
  };
}
