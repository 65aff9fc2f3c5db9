import { isAboutToken, wantedClaims } from '../challenge.ts';
import type { EventListener, OutboundAuthEvent } from '../events.ts';
import type { TokenParameters } from '../options/options.ts';
import { showUrl } from '../redact.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { CachedTokenSource } from '../tokens/cached.ts';
import type { TokenRequests } from '../tokens/token-requests.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import { type AddressPrefix, addressOf, longestPrefix } from './attach-to.ts';
import type { Brake } from './brake.ts';
import { CallTokens } from './call-tokens.ts';
import { discard } from './discard.ts';
import type { Inside, Leg } from './leg.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { Transmitting, type TransmittingSettings } from './transmitting.ts';

/** Of a client, what its calls need. */
export interface SenderSettings extends TransmittingSettings {
  readonly attachTo: readonly AddressPrefix[];
  readonly requests: TokenRequests;
  readonly source: CachedTokenSource;
  readonly brake: Brake;
  readonly emit: EventListener;
}

type HandedOn = Extract<OutboundAuthEvent, { type: 'unauthorized.handed_on' }>['reason'];

/** Who attaches to an address, by which of its prefixes, and what the call's tokens are asked for with. */
export interface Cover {
  readonly sender: Sender;
  readonly prefix: AddressPrefix;
  readonly tokens: CallTokens;
}

/** A request that the API has answered with 401. */
interface Refusal<Result> extends Cover {
  readonly leg: Leg;
  readonly request: TokenRequest;
  readonly token: AccessToken;
  readonly response: Result;
}

/** Attaches a client's token and headers to one request, and sends it once more if the API refuses the token. */
export class Sender implements Inside {
  readonly name: string;
  /** Names of the client's own headers, in lower case. */
  readonly headerNames: readonly string[];
  readonly #settings: SenderSettings;
  readonly #transmitting: Transmitting;

  constructor(settings: SenderSettings) {
    this.name = settings.name;
    this.headerNames = settings.headers.map(([name]) => name);
    this.#settings = settings;
    this.#transmitting = new Transmitting(settings);
  }

  /** Who attaches to the address that a call begins with; undefined outside `attachTo`. */
  coverFor(
    call: Pick<OutgoingCall<unknown>, 'url' | 'signal'>,
    parameters: TokenParameters | undefined,
    prefix: AddressPrefix | undefined = this.prefixFor(call.url),
  ): Cover | undefined {
    return prefix && { sender: this, prefix, tokens: new CallTokens(this.#settings.requests, parameters, call) };
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

  prefixAfter(url: URL): AddressPrefix | undefined {
    const prefix = this.prefixFor(url);
    if (prefix === undefined) this.#settings.emit({ type: 'redirect.left', client: this.name, url: showUrl(url) });
    return prefix;
  }

  async send<Result>(call: OutgoingCall<Result>, leg: Leg, cover: Cover): Promise<Result> {
    // The caller's own credentials are the caller's business, and so is what the API says to them.
    if (call.headers.has('authorization')) return this.#transmitting.send(call, leg, undefined);
    const { source, brake } = this.#settings;
    const known = cover.tokens.request();
    const request = known instanceof Promise ? await known : known;
    const token = source.peek(request) ?? (await source.getToken(request, call.signal));
    const response = await this.#transmitting.send(call, leg, token);
    if (leg.hasLeft) return response;
    const status = call.status(response);
    if (status === 401) return this.#afterUnauthorized(call, { ...cover, leg, request, token, response });
    if (status < 500 && !brake.idle) brake.accepted(brakeKey(request, cover.prefix));
    return response;
  }

  async #afterUnauthorized<Result>(call: OutgoingCall<Result>, first: Refusal<Result>): Promise<Result> {
    const { leg, prefix, request, token, response } = first;
    const { brake } = this.#settings;
    const challenge = call.header(response, 'www-authenticate');
    const claims = wantedClaims(challenge);
    if (claims !== undefined) return this.#withClaims(call, first, claims);
    if (!isAboutToken(challenge)) return this.#handOn(response, leg, 'not_about_the_token');
    if (!this.#drop(request, token, prefix, leg.state.url)) return this.#handOn(response, leg, 'brake');
    if (leg.state.body && call.body === 'once') return this.#handOn(response, leg, 'body_cannot_be_sent_again');
    const other = await this.#otherToken(request, call.signal);
    if (other === undefined || other.value === token.value) return this.#handOn(response, leg, 'no_other_token');
    await discard(call, response);
    const second = await this.#transmitting.send(call, leg, other);
    if (leg.hasLeft) return second;
    if (call.status(second) !== 401) {
      if (call.status(second) < 500) brake.cured(brakeKey(request, prefix));
      return second;
    }
    if (!isAboutToken(call.header(second, 'www-authenticate'))) return this.#handOn(second, leg, 'not_about_the_token');
    brake.refusedAgain(brakeKey(request, prefix));
    return this.#handOn(second, leg, 'again');
  }

  /**
   * The API wants a token with these claims beside all that this one has: a token of its own, kept beside the other.
   *
   * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
   */
  async #withClaims<Result>(call: OutgoingCall<Result>, first: Refusal<Result>, claims: string): Promise<Result> {
    const { leg, prefix, tokens, response } = first;
    const { source, brake } = this.#settings;
    if (leg.state.body && call.body === 'once') return this.#handOn(response, leg, 'body_cannot_be_sent_again');
    const request = await tokens.withClaims(claims);
    // Claims may differ each time: without the brake, so would the token.
    const key = `${brakeKey(first.request, prefix)} claims`;
    if (brake.isOn(key) || (source.peek(request) === undefined && !brake.mayDrop(key)))
      return this.#handOn(response, leg, 'brake');
    const token = await this.#otherToken(request, call.signal);
    if (token === undefined) return this.#handOn(response, leg, 'no_other_token');
    await discard(call, response);
    const second = await this.#transmitting.send(call, leg, token);
    if (leg.hasLeft) return second;
    if (call.status(second) !== 401) {
      if (call.status(second) < 500) brake.cured(key);
      return second;
    }
    brake.refusedAgain(key);
    if (isAboutToken(call.header(second, 'www-authenticate'))) this.#drop(request, token, prefix, leg.state.url);
    return this.#handOn(second, leg, 'again');
  }

  /** Makes sure that a refused token is not used again. False if the brake keeps it in use. */
  #drop(request: TokenRequest, token: AccessToken, prefix: AddressPrefix, url: URL): boolean {
    const { source, brake, emit, name } = this.#settings;
    // Another caller of the same token was here first.
    if (source.isGone(request, token)) return true;
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

  #handOn<Result>(response: Result, leg: Leg, reason: HandedOn): Result {
    this.#settings.emit({ type: 'unauthorized.handed_on', client: this.name, url: showUrl(leg.state.url), reason });
    return response;
  }
}

function brakeKey(request: TokenRequest, prefix: AddressPrefix): string {
  return [request.key, prefix.origin, ...prefix.segments].join('/');
}
