import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One measurement's authorization server and API. The server decides about its tokens itself, in ms from its answer.
 *
 * - `lifetime`: how long a token lives, in ms
 * - `delay`: how long the token endpoint takes, in ms
 * - `refuses`: whether the API answers 401 to whatever comes
 * - `outage`: { after, lasts } in ms from the first token's answer, or { atRenewal: true, lasts } from the second request
 */
export class Realm {
  #settings;
  #tokens = new Map();
  #outage = { from: Infinity, until: Infinity };
  #report = { tokenRequests: 0, apiCalls: 0, unauthorized: 0, expired: 0 };

  constructor({ lifetime = 3_600_000, delay = 0, refuses = false, outage }) {
    this.#settings = { lifetime, delay, refuses, outage };
  }

  report() {
    return { ...this.#report, outageUntil: this.#outage.until };
  }

  revokeAll() {
    for (const token of this.#tokens.values()) token.revoked = true;
  }

  /** A token request, with a DPoP proof or not: the status and body of the answer. */
  async token(proof) {
    const { lifetime, delay, outage } = this.#settings;
    this.#report.tokenRequests += 1;
    if (outage?.atRenewal && this.#report.tokenRequests === 2) this.#beginOutage(Date.now(), outage.lasts);
    if (delay > 0) await sleep(delay);
    const now = Date.now();
    if (now >= this.#outage.from && now < this.#outage.until)
      return { status: 503, body: { error: 'temporarily_unavailable' } };
    if (outage?.after !== undefined && this.#tokens.size === 0) this.#beginOutage(now + outage.after, outage.lasts);
    const value = randomBytes(450).toString('base64url');
    this.#tokens.set(value, { expiresAt: now + lifetime, revoked: false });
    const type = proof ? 'DPoP' : 'Bearer';
    return { status: 200, body: { access_token: value, token_type: type, expires_in: lifetime / 1_000 } };
  }

  /** A call of the API: the status of its answer. */
  api(authorization = '') {
    this.#report.apiCalls += 1;
    const token = this.#tokens.get(authorization.slice(authorization.indexOf(' ') + 1));
    const isExpired = token !== undefined && Date.now() >= token.expiresAt;
    if (isExpired) this.#report.expired += 1;
    if (token !== undefined && !isExpired && !token.revoked && !this.#settings.refuses) return 200;
    this.#report.unauthorized += 1;
    return 401;
  }

  #beginOutage(from, lasts) {
    this.#outage = { from, until: from + lasts };
  }
}
