import { randomUUID } from 'node:crypto';
import { OutboundAuthError } from './errors.ts';
import { Nonces } from './nonces.ts';
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
import { Endpoints } from './token-endpoint/endpoints.ts';
import { lazyProofKeys } from './token-endpoint/proof-keys.ts';
import { HttpTokenEndpoint, type TokenEndpointSettings } from './token-endpoint/request.ts';
import { type RevocableToken, Revocation } from './token-endpoint/revocation.ts';
import type { AccessToken } from './tokens/access-token.ts';
import { CachedTokenSource } from './tokens/cached.ts';
import { ObservedTokenSource } from './tokens/observed.ts';
import { Subjects } from './tokens/subjects.ts';
import { type KeyPart, lengthPrefixed } from './tokens/token-key.ts';
import { TokenRequests } from './tokens/token-requests.ts';
import type { TokenSource } from './tokens/token-source.ts';
import { type Transport, transportOf } from './transport/transport.ts';
import { untilAborted } from './until-aborted.ts';

/** Why nothing is requested any more, for messages. */
export const authClosed = 'auth.close() was called';

/** A client, put together: the grant asks the token endpoint, is observed and cached, and the sender attaches. */
export class Client extends OutboundClient {
  readonly name: string;
  readonly #settings: ClientSettings;
  readonly #transport: Transport;
  readonly #requests: TokenRequests;
  readonly #granted: TokenSource;
  readonly #source: CachedTokenSource;
  readonly #revocation: Revocation;
  readonly #sender: Sender;

  constructor(settings: ClientSettings) {
    super();
    const { name, grant, clock, emit, cache, attachTo, headers } = settings;
    this.name = name;
    this.#settings = settings;
    this.#transport = clientTransport(settings);
    this.#requests = new TokenRequests({
      identity: identityOf(settings),
      parameters: settings.parameters,
      subjects: new Subjects(settings, grant.subject ?? []),
      capacity: cache.capacity,
      read: readCallParameters,
    });
    const nonces = new Nonces();
    const server = { ...settings, ...serverSettings(settings, this.#transport, nonces) };
    const endpoints = new Endpoints(server);
    this.#granted = grant.connect(new HttpTokenEndpoint(server, endpoints));
    this.#revocation = new Revocation(server, endpoints);
    const observed = new ObservedTokenSource(this.#granted, name, clock, emit);
    this.#source = new CachedTokenSource(observed, cache);
    const brake = new Brake(clock, cache.capacity);
    const { requestTimeout } = settings;
    const sending = { name, attachTo, headers, clock, requestTimeout, brake, nonces, emit };
    const { certificate } = this.#transport;
    this.#sender = new Sender({ ...sending, certificate, requests: this.#requests, source: this.#source });
  }

  async getAccessToken(
    parameters?: TokenParameters,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<AccessToken> {
    const known = this.#requests.for(parameters);
    const request = known instanceof Promise ? await untilAborted(known, options?.signal) : known;
    // The look first: an async function that returns a token costs one promise, one that returns a promise three.
    return this.#source.peek(request) ?? this.#source.getToken(request, options?.signal);
  }

  peekAccessToken(parameters?: TokenParameters): AccessToken | undefined {
    const known = this.#requests.for(parameters);
    if (!(known instanceof Promise)) return this.#source.peek(known);
    // Whoever then waits for the token is told.
    known.catch(() => undefined);
    return undefined;
  }

  async revoke(parameters?: TokenParameters): Promise<void> {
    const request = await this.#requests.for(parameters);
    // What is under way is of the session that ends; what is asked for from here on is of the next.
    const underWay = this.#source.underWay(request);
    const refreshToken = await this.#granted.endSession?.(request);
    await underWay;
    const accessToken = this.#source.drop(request);
    const tokens: RevocableToken[] = [];
    // First the one that could get another.
    if (refreshToken !== undefined) tokens.push([refreshToken, 'refresh_token']);
    if (accessToken !== undefined) tokens.push([accessToken.value, 'access_token']);
    await this.#revocation.revokeAll(tokens);
  }

  async fetch(input: FetchInput, init?: OutboundRequestInit): Promise<Response> {
    const parameters = init?.outboundAuth;
    if (parameters === false) {
      const message = `client '${this.name}': outboundAuth: false attaches nothing, so it needs no client. Call auth.fetch or fetch`;
      throw new OutboundAuthError(message, { code: 'invalid_call', client: this.name });
    }
    return this.send(fetchCall(this.#transport, input, init), parameters);
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

  /** Refuses new token requests, saying why, and waits for those under way. */
  close(because: string): Promise<void> {
    return this.#source.close(because);
  }
}

/** What tells this client's tokens from those of all others, credentials apart. */
function identityOf(settings: ClientSettings): KeyPart[] {
  const { name, kind, clientId, grant, dpop, tokenRequestHeaders } = settings;
  const headers = tokenRequestHeaders.map(([header, value]): KeyPart => {
    return ['header', typeof value === 'string' ? lengthPrefixed(header, value) : header];
  });
  return [
    [kind, name],
    ['server', settings.tokenEndpoint?.href ?? settings.issuer ?? ''],
    ['client_id', clientId],
    ['grant_type', grant.type],
    // A key that is made here, or comes from a function, is this process's own, and so are the tokens bound to it.
    ...(dpop === undefined ? [] : [['dpop', randomUUID()] as const]),
    ...headers,
  ];
}

/** How its token requests and revocations reach the server. */
function serverSettings(
  { authenticate, dpop, clock }: ClientSettings,
  { fetch, prepare }: Transport,
  nonces: Nonces,
): Pick<TokenEndpointSettings, 'prepare' | 'dpop' | 'fetch' | 'mutualTls' | 'nonces'> {
  return {
    prepare,
    dpop: dpop && lazyProofKeys({ ...dpop, nonces, clock }),
    fetch,
    mutualTls: authenticate.certificate !== undefined,
    nonces,
  };
}

function clientTransport({ transport, authenticate }: ClientSettings): Transport {
  const { certificate } = authenticate;
  const path = certificate === undefined ? transport.paths.proxy : transport.paths.certificate;
  return transportOf({ ...transport, path, certificate });
}
