import { Client } from './client.ts';
import { OutboundAuthError } from './errors.ts';
import type { SharedSettings } from './options/client-settings.ts';
import { nearest } from './options/nearest.ts';
import { normalize } from './options/normalize.ts';
import type { OutboundAuthOptions, TokenParameters } from './options/options.ts';
import { OutboundAuth } from './outbound-auth.ts';
import { addressOf } from './outgoing/attach-to.ts';
import type { FetchInput, OutboundRequestInit } from './outgoing/fetch.ts';
import { sendOverHops } from './outgoing/hops.ts';
import type { CallOptions, OutgoingCall } from './outgoing/outgoing-call.ts';
import { showUrl } from './redact.ts';

/**
 * Makes the clients of an application from its list of upstream systems. Nothing is requested before it is needed.
 *
 * @throws {OptionsError} that lists every mistake in the options, each with its path and remedy.
 * @example
 * ```ts
 * import { createOutboundAuth, env } from '@outbound-auth/core';
 *
 * const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientSecret: env('BILLING_SECRET'),
 *       scope: 'invoices:read',
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 * });
 *
 * export const invoices = () => auth.fetch('https://api.billing.example/v2/invoices');
 * ```
 */
export function createOutboundAuth<Name extends string>(options: OutboundAuthOptions<Name>): OutboundAuth<Name> {
  const { shared, clients } = normalize(options);
  return new RegisteredClients<Name>(
    shared,
    clients.map((settings) => new Client(settings)),
  );
}

/** Whose token a call gets, and by which parameters of its own. */
interface Choice {
  readonly client: Client | undefined;
  readonly parameters: TokenParameters;
}

class RegisteredClients<Name extends string> extends OutboundAuth<Name> {
  readonly #shared: SharedSettings;
  readonly #clients: ReadonlyMap<string, Client>;

  constructor(shared: SharedSettings, clients: readonly Client[]) {
    super();
    this.#shared = shared;
    this.#clients = new Map(clients.map((client) => [client.name, client]));
  }

  client(name: Name): Client {
    const client = this.#clients.get(name);
    if (client !== undefined) return client;
    const names = [...this.#clients.keys()];
    const meant = nearest(name, names);
    const remedy = meant === undefined ? `there are: ${names.join(', ')}` : `did you mean '${meant}'?`;
    throw new OutboundAuthError(`there is no client '${name}'; ${remedy}`, { code: 'unknown_client' });
  }

  async fetch(input: FetchInput, init?: OutboundRequestInit<Name>): Promise<Response> {
    const { outboundAuth: options, ...own } = init ?? {};
    const { client, parameters } = this.#choose(new URL(input instanceof Request ? input.url : input), options);
    // Where nothing is attached, `fetch` itself knows best, redirects included.
    if (client === undefined) return this.#shared.fetch(input, own);
    return client.fetch(input, { ...own, outboundAuth: parameters });
  }

  async send<Result>(call: OutgoingCall<Result>, options?: CallOptions<Name> | false): Promise<Result> {
    const { client, parameters } = this.#choose(call.url, options);
    if (client === undefined) return sendOverHops(call, undefined, undefined, this.#shared.emit);
    return client.send(call, parameters);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  #choose(url: URL, options: CallOptions<Name> | false | undefined): Choice {
    if (options === false) return { client: undefined, parameters: {} };
    const { client: name, ...parameters } = options ?? {};
    const client = name === undefined ? this.#clientFor(url) : this.client(name);
    if (client === undefined) this.#letPass(url);
    return { client, parameters };
  }

  #letPass(address: URL): void {
    const url = showUrl(address);
    if (this.#shared.unmatched === 'refuse') {
      const message = `no client's attachTo covers ${url}, and unmatched is 'refuse'. Add its prefix to a client, or call it with outboundAuth: false`;
      throw new OutboundAuthError(message, { code: 'unmatched_address' });
    }
    this.#shared.emit({ type: 'address.unmatched', url });
  }

  #clientFor(url: URL): Client | undefined {
    const address = addressOf(url);
    if (address === undefined) return undefined;
    let longest = -1;
    let found: Client[] = [];
    for (const client of this.#clients.values()) {
      const depth = client.coveredDepth(address) ?? -1;
      if (depth < 0 || depth < longest) continue;
      found = depth === longest ? [...found, client] : [client];
      longest = depth;
    }
    if (found.length < 2) return found[0];
    const names = found.map((client) => `'${client.name}'`).join(' and ');
    const message = `the clients ${names} cover ${showUrl(url)} alike: name one in the call (outboundAuth: { client: … })`;
    throw new OutboundAuthError(message, { code: 'ambiguous_client' });
  }
}
