/** Why a call is refused, as RFC 6750 §3.1 and RFC 9449 §7 have it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 401 | 403;
  readonly scheme: 'Bearer' | 'DPoP';
  /** Absent where the call had no token at all. */
  readonly error: string | undefined;

  constructor(scheme: 'Bearer' | 'DPoP', error: string | undefined, message: string) {
    super(message);
    this.scheme = scheme;
    this.error = error;
    this.status = error === 'insufficient_scope' ? 403 : 401;
  }

  /** The value of `WWW-Authenticate`. */
  get challenge(): string {
    const parameters = this.error === undefined ? [] : [`error="${this.error}"`, `error_description="${this.message}"`];
    if (this.scheme === 'DPoP') parameters.push(`algs="${proofAlgorithms.join(' ')}"`);
    return `${this.scheme} ${parameters.join(', ')}`.trim();
  }
}

/** The algorithms that a proof may be signed with. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
