import { OutboundAuthError } from './errors.ts';
import type { ClientSettings } from './options/client-settings.ts';
import type { TokenParameters } from './options/options.ts';
import { readCallParameters } from './options/token-parameters.ts';
import { OutboundClient } from './outbound-client.ts';
import type { AddressPrefix } from './outgoing/attach-to.ts';
import { Brake } from './outgoing/brake.ts';
import { fetchCall, type FetchInput, type OutboundRequestInit } from './outgoing/fetch.ts';
import { sendOverHops } from './outgoing/hops.ts';
import type { OutgoingCall } from './outgoing/outgoing-call.ts';
import { Sender } from './outgoing/send.ts';
import { showUrl } from './redact.ts';
import { HttpTokenEndpoint } from './token-endpoint/request.ts';
import type { AccessToken } from './tokens/access-token.ts';
import { CachedTokenSource } from './tokens/cached.ts';
import { ObservedTokenSource } from './tokens/observed.ts';
import { TokenRequests } from './tokens/token-requests.ts';

/** A client, put together: the grant asks the token endpoint, is observed and cached, and the sender attaches. */
export class Client extends OutboundClient {
  readonly name: string;
  readonly #settings: ClientSettings;
  readonly #requests: TokenRequests;
  readonly #source: CachedTokenSource;
  readonly #sender: Sender;

  constructor(settings: ClientSettings) {
    super();
    const { name, grant, clock, emit, cache, attachTo, headers } = settings;
    this.name = name;
    this.#settings = settings;
    const identity = [
      ['client', name],
      ['server', settings.tokenEndpoint?.href ?? settings.issuer ?? ''],
      ['client_id', settings.clientId],
      ['grant_type', grant.type],
    ] as const;
    this.#requests = new TokenRequests(identity, settings.parameters, cache.capacity, readCallParameters);
    const granted = grant.connect(new HttpTokenEndpoint(settings));
    this.#source = new CachedTokenSource(new ObservedTokenSource(granted, name, clock, emit), cache);
    const brake = new Brake(clock, cache.capacity);
    this.#sender = new Sender({ name, attachTo, headers, requests: this.#requests, source: this.#source, brake, emit });
  }

  async getAccessToken(
    parameters?: TokenParameters,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<AccessToken> {
    const request = this.#requests.for(parameters);
    // The look first: an async function that returns a token costs one promise, one that returns a promise three.
    return this.#source.peek(request) ?? this.#source.getToken(request, options?.signal);
  }

  peekAccessToken(parameters?: TokenParameters): AccessToken | undefined {
    return this.#source.peek(this.#requests.for(parameters));
  }

  async fetch(input: FetchInput, init?: OutboundRequestInit): Promise<Response> {
    const parameters = init?.outboundAuth;
    if (parameters === false) {
      const message = `client '${this.name}': outboundAuth: false attaches nothing, so it needs no client. Call auth.fetch or fetch`;
      throw new OutboundAuthError(message, { code: 'invalid_call', client: this.name });
    }
    return this.send(fetchCall(this.#settings.fetch, input, init), parameters);
  }

  /** Sends a call of any transport. @throws {OutboundAuthError} outside `attachTo`. */
  async send<Result>(call: OutgoingCall<Result>, parameters: TokenParameters | undefined): Promise<Result> {
    if (this.#sender.prefixFor(call.url) === undefined) {
      const message = `client '${this.name}' may not be used for ${showUrl(call.url)}: it is outside attachTo. Add its prefix to clients.${this.name}.attachTo, or call it without this client`;
      throw new OutboundAuthError(message, { code: 'outside_attach_to', client: this.name });
    }
    if (call.url.username !== '' || call.url.password !== '') {
      const message = `client '${this.name}': the address ${showUrl(call.url)} holds user info (user:password@), which would go out beside the token. Take it out`;
      throw new OutboundAuthError(message, { code: 'invalid_call', client: this.name });
    }
    return sendOverHops(call, this.#sender, parameters, this.#settings.emit);
  }

  covers(url: string | URL): boolean {
    return this.#sender.prefixFor(new URL(url)) !== undefined;
  }

  /** How long the prefix is that covers an address, in segments; undefined if none does. */
  coveredDepth(address: AddressPrefix): number | undefined {
    return this.#sender.prefixOf(address)?.segments.length;
  }

  /** Refuses new token requests and waits for those under way. */
  close(): Promise<void> {
    return this.#source.close();
  }
}
