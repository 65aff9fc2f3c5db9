import type { Hop, OutgoingCall } from '@outbound-auth/core';
import { absoluteUrl, addressOf, bodyOf, locationFrom } from './address.ts';
import type { BodyWatch } from './body-watch.ts';
import type { CallConfig } from './call-config.ts';
import { showing } from './certificate.ts';
import { hasHeader, headersOf, responseHeader } from './headers.ts';
import { call, isObject, member } from './member.ts';
import { nodeTransport } from './node-transport.ts';
import { RequestConfigs } from './request-config.ts';
import { type Outcome, sendRequest } from './send-request.ts';
import { axiosError, type Sibling } from './sibling.ts';
import type { TokenWait } from './token-wait.ts';

/** A call as core sends it: each of its requests goes through the sibling, over the adapter that the config names. */
export class AxiosCall implements OutgoingCall<Outcome> {
  readonly url: URL;
  readonly method: string;
  readonly headers: OutgoingCall<Outcome>['headers'];
  readonly body: OutgoingCall<Outcome>['body'];
  readonly redirect: OutgoingCall<Outcome>['redirect'];
  readonly #config: CallConfig;
  readonly #sibling: Sibling;
  readonly #wait: TokenWait;
  readonly #body: BodyWatch;
  readonly #requests: RequestConfigs;

  constructor(config: CallConfig, sibling: Sibling, wait: TokenWait, body: BodyWatch) {
    const address = addressOf(config, sibling);
    const absolute = absoluteUrl(address);
    const headers = headersOf(config.headers);
    // What becomes of a path without a baseURL is up to Axios: localhost in 1.6, an error in later versions.
    this.url = absolute ?? new URL(address, 'http://localhost');
    this.method = (config.method ?? 'get').toUpperCase();
    this.headers = { has: (name) => hasHeader(headers, name) };
    this.body = bodyOf(config.data);
    this.#config = config;
    this.#sibling = sibling;
    this.#wait = wait;
    this.#body = body;
    const base = config.params ? absoluteUrl(addressOf({ ...config, params: undefined }, sibling)) : absolute;
    this.#requests = new RequestConfigs({ config, headers, body: this.body, base });
    this.redirect = this.#requests.redirect;
  }

  get signal(): AbortSignal {
    return this.#wait.signal;
  }

  async transmit(hop: Hop): Promise<Outcome> {
    const isRedirected = this.#requests.redirects.arriveAt(hop);
    // What Axios itself would say.
    if (this.#requests.redirects.areTooMany) {
      const message = 'Maximum number of redirects exceeded';
      throw await axiosError(this.#sibling, message, 'ERR_FR_TOO_MANY_REDIRECTS', this.#config);
    }
    const request = this.#requests.for(hop, isRedirected);
    const { certificate } = hop;
    if (certificate !== undefined && !hop.hasLeft()) Object.assign(request, await showing(certificate, request));
    const left = this.#wait.limit(request);
    const isOurs = request['maxRedirects'] === 0 && this.redirect === 'follow' && !isObject(request['transport']);
    if (isOurs) request['transport'] = nodeTransport(left);
    this.#body.handOver();
    const outcome = await sendRequest(hop, this.#config, request, {
      sibling: this.#sibling,
      isHidden: this.#requests.redirects.hasBeenInside,
    });
    this.#requests.remember(hop, request, outcome.response);
    return { ...outcome, landedAt: this.#requests.landedAt(hop) };
  }

  status({ response }: Outcome): number {
    return Number(member(response, 'status'));
  }

  header({ response, landedAt }: Outcome, name: string): string | undefined {
    const value = responseHeader(response, name);
    return name === 'location' && landedAt && value ? locationFrom(landedAt, value) : value;
  }

  discard({ response }: Outcome): unknown {
    const data = member(response, 'data');
    call(member(data, 'destroy'), data);
    return call(member(data, 'cancel'), data);
  }
}
