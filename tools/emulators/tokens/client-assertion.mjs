import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const algorithms = ['RS256', 'PS256', 'ES256'];
const types = [undefined, 'JWT', 'client-authentication+jwt'];
const longest = 300;

/** Checks the assertions of `private_key_jwt` (RFC 7523 §3), and remembers them for as long as they could be replayed. */
export class ClientAssertions {
  #clock;
  #used = new Map();

  constructor(clock) {
    this.#clock = clock;
  }

  /** The client that an assertion names, believed only once `problem()` finds none. */
  static clientIdOf(assertion) {
    try {
      return decodeJwt(assertion).sub;
    } catch {
      return undefined;
    }
  }

  /** What is wrong with the assertion, or undefined. An assertion is good once. */
  async problem(assertion, { clientId, publicKeys, audiences }) {
    const now = this.#clock.now() / 1000;
    try {
      const { typ } = decodeProtectedHeader(assertion);
      if (!types.includes(typ)) return 'typ';
      const { payload } = await jwtVerify(assertion, createLocalJWKSet({ keys: publicKeys }), {
        algorithms,
        issuer: clientId,
        subject: clientId,
        requiredClaims: ['aud', 'exp', 'jti'],
        currentDate: new Date(this.#clock.now()),
      });
      // One text: a list is refused even if it holds a right one.
      if (!audiences.includes(payload.aud)) return 'aud';
      if (payload.exp > now + longest) return 'exp';
      if (payload.iat > now) return 'iat';
      return this.#isNew(clientId, payload, now) ? undefined : 'jti';
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return error.code ?? 'malformed';
      throw error;
    }
  }

  #isNew(clientId, { jti, exp }, now) {
    for (const [key, end] of this.#used) if (end <= now) this.#used.delete(key);
    const key = JSON.stringify([clientId, jti]);
    if (this.#used.has(key)) return false;
    this.#used.set(key, exp);
    return true;
  }
}
