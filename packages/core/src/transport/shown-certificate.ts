import { isDeepStrictEqual } from 'node:util';
import type { CertificateAndKey } from '../certificate.ts';
import type { Connections } from './connections.ts';

interface Shown {
  readonly certificate: CertificateAndKey;
  readonly connections: Connections;
}

/** A certificate that may still have to prove itself. */
export interface Latest {
  readonly connections: Connections;
  /** The server has taken it: from here on it is shown to APIs too. */
  readonly confirm: () => void;
}

/**
 * The certificate that a client's connections show, while it changes: calls keep the former one until a token was got
 * with the new, for their token is bound to it, and the new may be a mistake.
 */
export class ShownCertificate {
  readonly #connect: (certificate: CertificateAndKey) => Connections;
  #latest: Shown | undefined;
  #confirmed: Shown | undefined;

  constructor(connect: (certificate: CertificateAndKey) => Connections) {
    this.#connect = connect;
  }

  /** Shows this one at the next token request. */
  use(certificate: CertificateAndKey): Latest {
    const former = this.#latest;
    if (!isSame(former, certificate)) {
      this.#latest = { certificate, connections: this.#connect(certificate) };
      if (former !== this.#confirmed) former?.connections.retire();
    }
    return this.latest();
  }

  latest(): Latest {
    const latest = known(this.#latest);
    return {
      connections: latest.connections,
      confirm: () => {
        this.#confirm(latest);
      },
    };
  }

  confirmed(): Connections {
    return known(this.#confirmed).connections;
  }

  certificate(): CertificateAndKey | undefined {
    return this.#confirmed?.certificate;
  }

  #confirm(shown: Shown): void {
    // A later one is on its way already, and these connections are about to end.
    if (shown !== this.#latest || shown === this.#confirmed) return;
    const former = this.#confirmed;
    this.#confirmed = shown;
    former?.connections.retire();
  }
}

function isSame(shown: Shown | undefined, certificate: CertificateAndKey): boolean {
  return shown !== undefined && isDeepStrictEqual(shown.certificate, certificate);
}

function known(shown: Shown | undefined): Shown {
  if (shown === undefined) throw new TypeError('no certificate was read yet');
  return shown;
}
