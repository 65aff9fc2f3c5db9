import { randomUUID } from 'node:crypto';

/** The tokens of a server, opaque, and timed in ms by itself from when it gives them. */
export class Tokens {
  #lifetime;
  #expiresAt = new Map();
  #revoked = new Set();

  constructor(lifetime) {
    this.#lifetime = lifetime;
  }

  /** The body of an answer with a new one. */
  issue() {
    const value = randomUUID();
    this.#expiresAt.set(value, Date.now() + this.#lifetime);
    return { access_token: value, token_type: 'Bearer', expires_in: this.#lifetime / 1_000 };
  }

  /** What the token of an Authorization header is: `good`, `expired`, `revoked`, `unknown` or `missing`. */
  stateOf(authorization) {
    if (!authorization.startsWith('Bearer ')) return 'missing';
    const value = authorization.slice('Bearer '.length);
    const expiresAt = this.#expiresAt.get(value);
    if (expiresAt === undefined) return 'unknown';
    if (Date.now() >= expiresAt) return 'expired';
    return this.#revoked.has(value) ? 'revoked' : 'good';
  }

  /** Ends all that are good: how many those were. */
  revoke() {
    const now = Date.now();
    const before = this.#revoked.size;
    for (const [value, expiresAt] of this.#expiresAt) if (expiresAt > now) this.#revoked.add(value);
    return this.#revoked.size - before;
  }
}
