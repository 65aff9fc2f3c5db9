import type { CertificateAndKey } from '../certificate.ts';
import type { AddressPrefix } from './attach-to.ts';
import type { Hop } from './outgoing-call.ts';
import type { RedirectState } from './redirects.ts';

/** Of whoever attaches, what says where that may go. */
export interface Inside {
  /** Names of the client's own headers, in lower case. */
  readonly headerNames: readonly string[];
  /** The prefix that covers where a redirect leads; that none does is told of. */
  prefixAfter(url: URL): AddressPrefix | undefined;
}

/** One stretch of a call's way, between two redirects: all that is sent there, once or more than once. */
export class Leg {
  readonly state: RedirectState;
  /** Whether a request was sent once more for the nonce that the API wanted: that is done once. */
  nonceAnswered = false;
  readonly #inside: Inside | undefined;
  #hasLeft = false;

  constructor(state: RedirectState, inside: Inside | undefined) {
    this.state = state;
    this.#inside = inside;
  }

  /** Whether the transport has followed a redirect out of `attachTo`. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  get confidential(): readonly string[] {
    return this.#inside?.headerNames ?? [];
  }

  mayAttach(url: URL): boolean {
    if (this.#hasLeft || this.#inside === undefined) return false;
    this.#hasLeft = this.#inside.prefixAfter(url) === undefined;
    return !this.#hasLeft;
  }

  /** One request with these headers. */
  hop(attached: Hop['attached'], certificate?: CertificateAndKey): Hop {
    return new LegHop(this, attached, certificate);
  }
}

class LegHop implements Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: boolean;
  readonly removed: ReadonlySet<string>;
  readonly attached: Hop['attached'];
  readonly confidential: readonly string[];
  readonly certificate: CertificateAndKey | undefined;
  readonly #leg: Leg;

  constructor(leg: Leg, attached: Hop['attached'], certificate: CertificateAndKey | undefined) {
    const { url, method, body, removed } = leg.state;
    this.url = url;
    this.method = method;
    this.body = body;
    this.removed = removed;
    this.attached = attached;
    this.confidential = leg.confidential;
    this.certificate = certificate;
    this.#leg = leg;
  }

  mayAttach(url: URL): boolean {
    return this.#leg.mayAttach(url);
  }

  hasLeft(): boolean {
    return this.#leg.hasLeft;
  }
}
