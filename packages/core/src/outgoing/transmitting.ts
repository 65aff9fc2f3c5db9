import { wantsNonce } from '../challenge.ts';
import type { Nonces } from '../nonces.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import { Attaching, type AttachingSettings } from './attaching.ts';
import { discard } from './discard.ts';
import type { Leg } from './leg.ts';
import type { OutgoingCall } from './outgoing-call.ts';

/** Of a client, what one request needs. */
export interface TransmittingSettings extends AttachingSettings {
  readonly nonces: Nonces;
}

/** Sends one request with what is attached to it. */
export class Transmitting {
  readonly #attaching: Attaching;
  readonly #nonces: Nonces;

  constructor(settings: TransmittingSettings) {
    this.#attaching = new Attaching(settings);
    this.#nonces = settings.nonces;
  }

  /** @param token Undefined for a call with credentials of its own. */
  send<Result>(call: OutgoingCall<Result>, leg: Leg, token: AccessToken | undefined): Promise<Result> {
    if (token?.tokenType === 'DPoP') return this.#proved(call, leg, token);
    const hop = this.#attaching.to(leg, call, token);
    return hop instanceof Promise ? hop.then((ready) => call.transmit(ready)) : call.transmit(hop);
  }

  /** Once more where the API wants another nonce in the proof (RFC 9449 §9). */
  async #proved<Result>(call: OutgoingCall<Result>, leg: Leg, token: AccessToken): Promise<Result> {
    const { url, body } = leg.state;
    // Read before it is used: of calls under way together, each knows what it has sent.
    const before = this.#nonces.get(url);
    const response = await call.transmit(await this.#attaching.to(leg, call, token));
    if (leg.hasLeft) return response;
    this.#nonces.remember(url, call.header(response, 'dpop-nonce'));
    const wanted = call.status(response) === 401 && wantsNonce(call.header(response, 'www-authenticate'));
    const isNew = this.#nonces.get(url) !== before;
    if (!wanted || leg.nonceAnswered || !isNew || (body && call.body === 'once')) return response;
    leg.nonceAnswered = true;
    await discard(call, response);
    return this.#proved(call, leg, token);
  }
}
