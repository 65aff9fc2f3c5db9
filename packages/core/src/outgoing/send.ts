import { isAboutToken, wantedClaims, wantsNonce } from '../challenge.ts';
import type { EventListener, OutboundAuthEvent } from '../events.ts';
import type { Nonces } from '../nonces.ts';
import type { TokenParameters } from '../options/options.ts';
import { showUrl } from '../redact.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { CachedTokenSource } from '../tokens/cached.ts';
import type { TokenRequests } from '../tokens/token-requests.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import { type AddressPrefix, addressOf, longestPrefix } from './attach-to.ts';
import { Attaching, type AttachingSettings } from './attaching.ts';
import type { Brake } from './brake.ts';
import { CallTokens } from './call-tokens.ts';
import { discard } from './discard.ts';
import type { Hop, OutgoingCall } from './outgoing-call.ts';

/** Of a client, what its calls need. */
export interface SenderSettings extends AttachingSettings {
  readonly attachTo: readonly AddressPrefix[];
  readonly requests: TokenRequests;
  readonly source: CachedTokenSource;
  readonly nonces: Nonces;
  readonly brake: Brake;
  readonly emit: EventListener;
}

type HandedOn = Extract<OutboundAuthEvent, { type: 'unauthorized.handed_on' }>['reason'];

/** A hop before anything is attached, and the prefix that covers it. */
export interface CoveredHop {
  readonly hop: Hop;
  readonly prefix: AddressPrefix;
  readonly tokens: CallTokens;
}

/** A request that the API has answered with 401. */
interface Refusal<Result> extends CoveredHop {
  readonly request: TokenRequest;
  readonly token: AccessToken;
  readonly response: Result;
  readonly nonce: NonceChallenge;
}

/** Whether a request has been sent once more for the nonce that the API wanted: that is done once. */
interface NonceChallenge {
  answered: boolean;
}

/** Attaches a client's token and headers to one request, and sends it once more if the API refuses the token. */
export class Sender {
  readonly name: string;
  /** Names of the client's own headers, in lower case. */
  readonly headerNames: readonly string[];
  readonly #settings: SenderSettings;
  readonly #attaching: Attaching;

  constructor(settings: SenderSettings) {
    this.name = settings.name;
    this.headerNames = settings.headers.map(([name]) => name);
    this.#settings = settings;
    this.#attaching = new Attaching(settings);
  }

  /** The longest `attachTo` prefix that covers an address. */
  prefixFor(url: URL): AddressPrefix | undefined {
    const address = addressOf(url);
    return address === undefined ? undefined : this.prefixOf(address);
  }

  /** The same for an address that was made ready to compare. */
  prefixOf(address: AddressPrefix): AddressPrefix | undefined {
    return longestPrefix(this.#settings.attachTo, address);
  }

  /** What a call's tokens are asked for with, for all its hops. */
  tokensFor(call: Pick<OutgoingCall<unknown>, 'signal'>, parameters: TokenParameters | undefined): CallTokens {
    return new CallTokens(this.#settings.requests, parameters, call.signal);
  }

  async send<Result>(call: OutgoingCall<Result>, { hop, prefix, tokens }: CoveredHop): Promise<Result> {
    // The caller's own credentials are the caller's business, and so is what the API says to them.
    if (call.headers.has('authorization')) return call.transmit(await this.#attaching.to(hop, call));
    const { source, brake } = this.#settings;
    const known = tokens.request();
    const request = known instanceof Promise ? await known : known;
    const token = source.peek(request) ?? (await source.getToken(request, call.signal));
    const nonce = { answered: false };
    const response = await this.#transmit(call, hop, token, nonce);
    if (hop.hasLeft()) return response;
    const status = call.status(response);
    if (status === 401) return this.#afterUnauthorized(call, { hop, prefix, tokens, request, token, response, nonce });
    if (status < 500 && !brake.idle) brake.accepted(brakeKey(request, prefix));
    return response;
  }

  async #afterUnauthorized<Result>(call: OutgoingCall<Result>, first: Refusal<Result>): Promise<Result> {
    const { hop, prefix, request, token, response, nonce } = first;
    const { brake } = this.#settings;
    const challenge = call.header(response, 'www-authenticate');
    const claims = wantedClaims(challenge);
    if (claims !== undefined) return this.#withClaims(call, first, claims);
    if (!isAboutToken(challenge)) return this.#handOn(response, hop, 'not_about_the_token');
    if (!this.#drop(request, token, prefix, hop.url)) return this.#handOn(response, hop, 'brake');
    if (hop.body && call.body === 'once') return this.#handOn(response, hop, 'body_cannot_be_sent_again');
    const other = await this.#otherToken(request, call.signal);
    if (other === undefined || other.value === token.value) return this.#handOn(response, hop, 'no_other_token');
    await discard(call, response);
    const second = await this.#transmit(call, hop, other, nonce);
    if (hop.hasLeft()) return second;
    if (call.status(second) !== 401) {
      if (call.status(second) < 500) brake.cured(brakeKey(request, prefix));
      return second;
    }
    if (!isAboutToken(call.header(second, 'www-authenticate'))) return this.#handOn(second, hop, 'not_about_the_token');
    brake.refusedAgain(brakeKey(request, prefix));
    return this.#handOn(second, hop, 'again');
  }

  /**
   * The API wants a token with these claims beside all that this one has: a token of its own, kept beside the other.
   *
   * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
   */
  async #withClaims<Result>(call: OutgoingCall<Result>, first: Refusal<Result>, claims: string): Promise<Result> {
    const { hop, prefix, tokens, response, nonce } = first;
    const { source, brake } = this.#settings;
    if (hop.body && call.body === 'once') return this.#handOn(response, hop, 'body_cannot_be_sent_again');
    const request = await tokens.withClaims(claims);
    // Claims may differ each time: without the brake, so would the token.
    const key = `${brakeKey(first.request, prefix)} claims`;
    if (brake.isOn(key) || (source.peek(request) === undefined && !brake.mayDrop(key)))
      return this.#handOn(response, hop, 'brake');
    const token = await this.#otherToken(request, call.signal);
    if (token === undefined) return this.#handOn(response, hop, 'no_other_token');
    await discard(call, response);
    const second = await this.#transmit(call, hop, token, nonce);
    if (hop.hasLeft()) return second;
    if (call.status(second) !== 401) {
      if (call.status(second) < 500) brake.cured(key);
      return second;
    }
    brake.refusedAgain(key);
    if (isAboutToken(call.header(second, 'www-authenticate'))) this.#drop(request, token, prefix, hop.url);
    return this.#handOn(second, hop, 'again');
  }

  /** Makes sure that a refused token is not used again. False if the brake keeps it in use. */
  #drop(request: TokenRequest, token: AccessToken, prefix: AddressPrefix, url: URL): boolean {
    const { source, brake, emit, name } = this.#settings;
    // Replaced already: another caller of the same token was here first.
    if (!source.holds(request, token)) return true;
    if (!brake.mayDrop(brakeKey(request, prefix))) return false;
    source.reject(request, token);
    emit({ type: 'token.rejected', client: name, url: showUrl(url) });
    return true;
  }

  async #otherToken(request: TokenRequest, signal: AbortSignal | undefined): Promise<AccessToken | undefined> {
    try {
      return await this.#settings.source.getToken(request, signal);
    } catch {
      // The caller gets the API's own 401, which says more of this call; `token.failed` has told why there is no token.
      signal?.throwIfAborted();
      return undefined;
    }
  }

  #handOn<Result>(response: Result, hop: Hop, reason: HandedOn): Result {
    this.#settings.emit({ type: 'unauthorized.handed_on', client: this.name, url: showUrl(hop.url), reason });
    return response;
  }

  /** Sends with this token; once more where the API wants another nonce in the proof (RFC 9449 §9). */
  async #transmit<Result>(
    call: OutgoingCall<Result>,
    hop: Hop,
    token: AccessToken,
    challenge: NonceChallenge,
  ): Promise<Result> {
    // Read before it is used: of calls under way together, each knows what it has sent.
    const before = this.#settings.nonces.get(hop.url);
    const response = await call.transmit(await this.#attaching.to(hop, call, token));
    if (token.tokenType !== 'DPoP' || hop.hasLeft()) return response;
    const { nonces } = this.#settings;
    nonces.remember(hop.url, call.header(response, 'dpop-nonce'));
    const wanted = call.status(response) === 401 && wantsNonce(call.header(response, 'www-authenticate'));
    const isNew = nonces.get(hop.url) !== before;
    if (!wanted || challenge.answered || !isNew || (hop.body && call.body === 'once')) return response;
    challenge.answered = true;
    await discard(call, response);
    return this.#transmit(call, hop, token, challenge);
  }
}

function brakeKey(request: TokenRequest, prefix: AddressPrefix): string {
  return [request.key, prefix.origin, ...prefix.segments].join('/');
}
