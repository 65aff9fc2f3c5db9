import { isOutboundAuthError, OutboundAuthError } from './errors.ts';
import { Nonces } from './nonces.ts';
import { identityOf } from './client-identity.ts';
import { clientTransport, fixedProof, serverSettings, sessionsOf, sharingOf } from './client-parts.ts';
import { keepingAlive, unrefClock } from './clock.ts';
import { MemorySessions } from './grants/session-keeper.ts';
import { KeepWarm } from './keep-warm.ts';
import type { ClientSettings, Owned } from './options/client-settings.ts';
import type { TokenParameters } from './options/options.ts';
import { readCallParameters } from './options/token-parameters.ts';
import { OutboundClient } from './outbound-client.ts';
import type { AddressPrefix } from './outgoing/attach-to.ts';
import { Brake } from './outgoing/brake.ts';
import { fetchCall, type FetchInput, fetchUrl, type OutboundRequestInit } from './outgoing/fetch.ts';
import { sendOverHops } from './outgoing/hops.ts';
import type { OutgoingCall } from './outgoing/outgoing-call.ts';
import { Sender } from './outgoing/send.ts';
import { showUrl } from './redact.ts';
import type { ClientStatus } from './status.ts';
import { Endpoints } from './token-endpoint/endpoints.ts';
import { LimitedEndpoint } from './token-endpoint/limited-endpoint.ts';
import { HttpTokenEndpoint } from './token-endpoint/request.ts';
import { type RevocableToken, Revocation } from './token-endpoint/revocation.ts';
import type { AccessToken } from './tokens/access-token.ts';
import type { StoredSessions } from './stores/stored-sessions.ts';
import { ClientTokens } from './tokens/client-tokens.ts';
import { Subjects } from './tokens/subjects.ts';
import { fewestKnown } from './tokens/hold-back.ts';
import { tokenKey } from './tokens/token-key.ts';
import { TokenRequests } from './tokens/token-requests.ts';
import type { TokenSource } from './tokens/token-source.ts';
import type { Transport } from './transport/transport.ts';
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
  readonly #sessions: StoredSessions | undefined;
  readonly #tokens: ClientTokens;
  readonly #warm: KeepWarm | undefined;
  readonly #revocation: Revocation;
  readonly #sender: Sender;

  constructor(settings: ClientSettings & Owned) {
    super();
    const { name, grant, clock, emit, cache, attachTo, headers } = settings;
    this.name = name;
    this.#settings = settings;
    this.#transport = clientTransport(settings);
    const clientKey = tokenKey(identityOf(settings));
    this.#requests = new TokenRequests({
      clientKey,
      parameters: settings.parameters,
      subjects: new Subjects({ ...settings, capacity: cache.capacity }, grant.subject ?? []),
      read: readCallParameters,
    });
    const nonces = new Nonces();
    const server = { ...settings, ...serverSettings(settings, this.#transport, nonces) };
    const endpoints = new Endpoints(server);
    const endpoint = new HttpTokenEndpoint({ ...server, clock: unrefClock(clock) }, endpoints);
    this.#sessions = sessionsOf(settings, clientKey);
    const limited = new LimitedEndpoint(endpoint, { ...settings, clock: unrefClock(clock) });
    this.#granted = grant.connect(limited, this.#sessions ?? new MemorySessions());
    this.#revocation = new Revocation(server, endpoints);
    this.#warm = settings.keepWarm
      ? new KeepWarm(clock, () => this.#tokens.cached.renew(this.#requests.own))
      : undefined;
    this.#tokens = new ClientTokens(this.#granted, {
      ...settings,
      sharing: sharingOf(settings),
      clientKey,
      underWay: () => limited.underWay,
      credential: () => endpoint.credential(clientKey, grant.secrets ?? []),
      prove: fixedProof(settings, server.dpop),
      onOwnToken: (kept) => this.#warm?.due(kept),
    });
    const brake = new Brake(clock, Math.max(fewestKnown, cache.capacity));
    const { requestTimeout } = settings;
    const sending = { name, attachTo, headers, clock, requestTimeout, brake, nonces, emit };
    const { certificate } = this.#transport;
    this.#sender = new Sender({ ...sending, certificate, requests: this.#requests, source: this.#tokens.cached });
  }

  async getAccessToken(
    parameters?: TokenParameters,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<AccessToken> {
    const known = this.#requests.for(parameters);
    const request = known instanceof Promise ? await untilAborted(known, options?.signal) : known;
    // The look first: an async function that returns a token costs one promise, one that returns a promise three.
    return this.#tokens.cached.peek(request) ?? this.#tokens.cached.getToken(request, options?.signal);
  }

  peekAccessToken(parameters?: TokenParameters): AccessToken | undefined {
    const known = this.#requests.for(parameters);
    if (!(known instanceof Promise)) return this.#tokens.cached.peek(known);
    // Whoever then waits for the token is told.
    known.catch(() => undefined);
    return undefined;
  }

  revoke(parameters?: TokenParameters): Promise<void> {
    return keepingAlive(this.#settings.clock, this.#revoke(parameters));
  }

  async #revoke(parameters: TokenParameters | undefined): Promise<void> {
    const request = await this.#requests.for(parameters);
    // What is under way is of the session that ends; what is asked for from here on is of the next.
    const underWay = this.#tokens.cached.underWay(request);
    const ending = Promise.resolve(this.#granted.endSession?.(request));
    await Promise.allSettled([ending, underWay]);
    const accessTokens = await this.#tokens.cached.forget(request);
    const tokens: RevocableToken[] = accessTokens.map(({ value }) => [value, 'access_token']);
    const refreshToken = await ending.catch(async (error: unknown) => {
      // What is known here is forgotten and revoked all the same.
      await this.#revocation.revokeAll(tokens, ...[error].filter(isOutboundAuthError));
      throw error;
    });
    // First the one that could get another.
    if (refreshToken !== undefined) tokens.unshift([refreshToken, 'refresh_token']);
    await this.#revocation.revokeAll(tokens);
  }

  async fetch(input: FetchInput, init?: OutboundRequestInit): Promise<Response> {
    const { outboundAuth: parameters, ...own } = init ?? {};
    if (parameters === false) {
      const message = `client '${this.name}': outboundAuth: false attaches nothing, so it needs no client. Call auth.fetch or fetch`;
      throw new OutboundAuthError(message, { code: 'invalid_call', client: this.name });
    }
    return this.send(this.fetchCall(input, fetchUrl(input), own), parameters);
  }

  /** A call by `fetch`, over this client's connections. */
  fetchCall(input: FetchInput, url: URL, init: RequestInit): OutgoingCall<Response> {
    return fetchCall(this.#transport, input, url, init);
  }

  /**
   * Sends a call of any transport.
   *
   * @param prefix Of `attachTo`, the one that covers the address, where that was looked for before.
   * @throws {OutboundAuthError} outside `attachTo`.
   */
  send<Result>(
    call: OutgoingCall<Result>,
    parameters: TokenParameters | undefined,
    prefix?: AddressPrefix,
  ): Promise<Result> {
    const cover = this.#sender.coverFor(call, parameters, prefix);
    if (cover === undefined) {
      const message = `client '${this.name}' may not be used for ${showUrl(call.url)}: it is outside attachTo. Add its prefix to clients.${this.name}.attachTo, or call it without this client`;
      throw new OutboundAuthError(message, { code: 'outside_attach_to', client: this.name });
    }
    if (call.url.username !== '' || call.url.password !== '') {
      const message = `client '${this.name}': the address ${showUrl(call.url)} holds user info (user:password@), which would go out beside the token. Take it out`;
      throw new OutboundAuthError(message, { code: 'invalid_call', client: this.name });
    }
    return sendOverHops(call, cover);
  }

  covers(url: string | URL): boolean {
    return this.#sender.prefixFor(new URL(url)) !== undefined;
  }

  /** The longest `attachTo` prefix that covers an address. */
  prefixOf(address: AddressPrefix): AddressPrefix | undefined {
    return this.#sender.prefixOf(address);
  }

  /** Renews its own token by its uses alone from here on. */
  endKeepWarm(): void {
    this.#warm?.end();
  }

  /** Refuses new token requests, saying why, and waits for those under way. */
  async close(because: string): Promise<void> {
    this.endKeepWarm();
    await this.#tokens.close(because);
    this.#sessions?.close();
  }

  /** Gets the client's own token, where it has one. */
  async warmUp(signal: AbortSignal | undefined): Promise<void> {
    const { subject = [] } = this.#settings.grant;
    if (subject.every(({ source }) => typeof source === 'string')) await this.getAccessToken(undefined, { signal });
  }

  status(): ClientStatus {
    return this.#tokens.status();
  }
}
