import { randomBytes, randomUUID } from 'node:crypto';

/** Refresh tokens: each belongs to a client, a person, and the family of those that came from one sign-in. */
export class RefreshTokens {
  #options;
  #issued = new Map();
  #endedFamilies = new Set();

  /** @param options `{ lifetime, clock, rotate, detectReuse }`: see `startEmpowerId()` */
  constructor(options) {
    this.#options = options;
  }

  issue(clientId, person, family = randomUUID()) {
    const token = randomBytes(48).toString('base64');
    const end = this.#options.clock.now() + this.#options.lifetime * 1000;
    this.#issued.set(token, { clientId, person, family, end, isUsed: false });
    return { token, family };
  }

  /**
   * Uses a token: the person it stands for, and the token for the next time.
   *
   * @param who - `{ clientId, person }`; a request need not say which person
   * @returns `problem`, a word for the log, where it is refused
   */
  use(token, who) {
    const { clock, rotate, detectReuse } = this.#options;
    const known = this.#issued.get(token);
    // Somebody else's token isn't used up by trying it.
    if (known === undefined || known.clientId !== who.clientId) return { problem: 'unknown' };
    const { clientId, person, family } = known;
    if (![undefined, person].includes(who.person)) return { problem: 'person' };
    if (known.isUsed) {
      if (detectReuse) this.#endedFamilies.add(family);
      return { problem: 'used', endedFamily: detectReuse ? family : undefined };
    }
    if (this.#endedFamilies.has(family)) return { problem: 'revoked' };
    if (known.end <= clock.now()) return { problem: 'expired' };
    if (!rotate) return { person, family, next: token };
    known.isUsed = true;
    return { person, family, next: this.issue(clientId, person, family).token };
  }

  revokeAll() {
    for (const { family } of this.#issued.values()) this.#endedFamilies.add(family);
  }
}
