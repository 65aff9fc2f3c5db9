import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import { TokenRefused } from './token-refused.mjs';

// Tests replace the global one.
const { fetch } = globalThis;

/** Access tokens that are JWTs; the API verifies each call's by the keys that it fetched. */
export class JwtTokens {
  #options;
  #keySet;
  #issued = new Set();
  #revoked = new Set();

  /** @param options `{ keys, issuer, jwksUri, lifetime, clock, encoding }`; `encoding` is `base64url` or `base64` */
  constructor(options) {
    this.#options = options;
    const kept = { cacheMaxAge: Infinity, cooldownDuration: 0, [customFetch]: fetch };
    this.#keySet = createRemoteJWKSet(new URL(options.jwksUri), kept);
  }

  async issue(claims) {
    const { keys, issuer, lifetime, clock, encoding } = this.#options;
    const iat = Math.floor(clock.now() / 1000);
    const jti = randomUUID();
    this.#issued.add(jti);
    const token = await keys.sign({ ...claims, iss: issuer, iat, exp: iat + lifetime, jti });
    return encoding === 'base64' ? recode(token, 'base64url', 'base64') : token;
  }

  /** @throws {TokenRefused} */
  async verify(token, audience) {
    const { issuer, clock, encoding } = this.#options;
    const compact = encoding === 'base64' ? recode(token, 'base64', 'base64url') : token;
    const claims = await verified(compact, this.#keySet, {
      issuer,
      audience,
      algorithms: ['RS256'],
      typ: 'JWT',
      requiredClaims: ['sub', 'exp', 'jti'],
      currentDate: new Date(clock.now()),
    });
    if (this.#revoked.has(claims.jti)) throw new TokenRefused('revoked');
    return claims;
  }

  revoke(token) {
    const [, payload = ''] = token.split('.');
    this.#revoked.add(JSON.parse(Buffer.from(payload, 'base64url').toString()).jti);
  }

  /** The API hears of it at once: a key that was taken back is not believed for a moment longer. */
  async rotateKeys(options) {
    await this.#options.keys.rotate(options);
    await this.#keySet.reload();
  }

  revokeAll() {
    for (const jti of this.#issued) this.#revoked.add(jti);
  }
}

async function verified(token, keySet, expected) {
  try {
    return (await jwtVerify(token, keySet, expected)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new TokenRefused(error.code);
    throw error;
  }
}

function recode(token, from, to) {
  const parts = token.split('.');
  return parts.map((part) => Buffer.from(part, from).toString(to)).join('.');
}
