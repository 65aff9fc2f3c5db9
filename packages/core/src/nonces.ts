/** The nonces that servers ask DPoP proofs to hold, by origin. @see https://www.rfc-editor.org/rfc/rfc9449#section-8 */
export class Nonces {
  // A server in `attachTo` can redirect anywhere inside it, but not to more origins than this.
  readonly #capacity = 100;
  readonly #byOrigin = new Map<string, string>();

  get(url: URL): string | undefined {
    return this.#byOrigin.get(url.origin);
  }

  /** Keeps what a response's `DPoP-Nonce` header says, if it has one. */
  remember(url: URL, nonce: string | null | undefined): void {
    if (nonce === null || nonce === undefined || nonce === '') return;
    this.#byOrigin.delete(url.origin);
    const [oldest] = this.#byOrigin.size < this.#capacity ? [] : this.#byOrigin.keys();
    if (oldest !== undefined) this.#byOrigin.delete(oldest);
    this.#byOrigin.set(url.origin, nonce);
  }
}
