import { randomBytes } from 'node:crypto';
import { TokenRefused } from './token-refused.mjs';

/** Access tokens that mean nothing outside; the API asks the server that issued them. */
export class OpaqueTokens {
  #options;
  #issued = new Map();

  /** @param options `{ lifetime, clock }`, in seconds */
  constructor(options) {
    this.#options = options;
  }

  issue(claims) {
    const { lifetime, clock } = this.#options;
    const token = randomBytes(64).toString('base64');
    this.#issued.set(token, { claims, end: clock.now() + lifetime * 1000 });
    return token;
  }

  /** @throws {TokenRefused} */
  verify(token, audience) {
    const known = this.#issued.get(token);
    if (known === undefined) throw new TokenRefused('unknown');
    if (known.end <= this.#options.clock.now()) throw new TokenRefused('expired');
    if (known.claims.aud !== audience) throw new TokenRefused('audience');
    return known.claims;
  }

  revoke(token) {
    this.#issued.delete(token);
  }

  revokeAll() {
    this.#issued.clear();
  }
}
