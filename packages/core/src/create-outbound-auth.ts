import { authClosed, Client } from './client.ts';
import { clientCovering } from './client-covering.ts';
import { keepingAlive } from './clock.ts';
import { isOutboundAuthError, OutboundAuthError } from './errors.ts';
import type { SharedSettings } from './options/client-settings.ts';
import { nearest } from './nearest.ts';
import { isObject } from './option-reader.ts';
import { normalize, type Settings } from './options/normalize.ts';
import type { OutboundAuthOptions, TokenParameters } from './options/options.ts';
import { OutboundAuth, type WarmUpOptions } from './outbound-auth.ts';
import { type AddressPrefix, addressOf } from './outgoing/attach-to.ts';
import { type FetchInput, fetchSignal, fetchUrl, type OutboundRequestInit } from './outgoing/fetch.ts';
import { sendOverHops } from './outgoing/hops.ts';
import type { CallOptions, OutgoingCall } from './outgoing/outgoing-call.ts';
import { showUrl } from './redact.ts';
import { inTime, type ReadChoice, servedChoice } from './served-choice.ts';
import type { Status } from './status.ts';
import { Tenants } from './tenants.ts';
import { type Transport, transportOf } from './transport/transport.ts';
import { untilAborted } from './until-aborted.ts';

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
  return new RegisteredClients<Name>(normalize(options));
}

/** Whose token a call gets, and by which parameters of its own. */
interface Choice {
  readonly client: Client | undefined;
  readonly parameters?: TokenParameters | undefined;
  /** Of the client's `attachTo`, the one that covers the address; undefined where nobody has looked yet. */
  readonly prefix?: AddressPrefix | undefined;
}

/** Asked where something is waited for: an adapter may have to set up a signal first. */
type AskSignal = () => AbortSignal | undefined;

class RegisteredClients<Name extends string> extends OutboundAuth<Name> {
  readonly #shared: SharedSettings;
  readonly #transport: Transport;
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #tenants: Tenants | undefined;

  constructor({ shared, clients, resolveClient, maxTenants }: Settings) {
    super();
    this.#shared = shared;
    this.#transport = transportOf({ ...shared.transport, path: shared.transport.paths.proxy, certificate: undefined });
    this.#clients = new Map(clients.map((settings) => [settings.name, new Client({ ...settings, auth: this })]));
    this.#tenants = resolveClient && new Tenants(resolveClient, { ...shared, auth: this }, maxTenants);
  }

  client(name: Name): Client {
    return this.#named(name);
  }

  #named(name: string): Client {
    const client = this.#clients.get(name);
    if (client !== undefined) return client;
    const names = [...this.#clients.keys()];
    const meant = nearest(name, names);
    const known =
      names.length === 0
        ? 'there are none; those of resolveClient are had by auth.tenant(name)'
        : `there are: ${names.join(', ')}`;
    const remedy = meant === undefined ? known : `did you mean '${meant}'?`;
    throw new OutboundAuthError(`there is no client '${name}'; ${remedy}`, { code: 'unknown_client' });
  }

  async tenant(name: string): Promise<Client> {
    if (this.#tenants !== undefined) return this.#tenants.get(name);
    const message = `there is no tenant '${name}', for the options have no resolveClient. Give that beside clients`;
    throw new OutboundAuthError(message, { code: 'unknown_client' });
  }

  forget(name: string): void {
    this.#tenants?.forget(name);
  }

  async fetch(input: FetchInput, init?: OutboundRequestInit<Name>): Promise<Response> {
    const { outboundAuth: options, ...own } = init ?? {};
    const url = fetchUrl(input);
    const choice = this.#choose(url, options, () => fetchSignal(input, own));
    const { client, parameters, prefix } = choice instanceof Promise ? await choice : choice;
    // Where nothing is attached, `fetch` itself knows best, redirects included.
    if (client === undefined) return this.#transport.fetch(input, own);
    return client.send(client.fetchCall(input, url, own), parameters, prefix);
  }

  async send<Result>(call: OutgoingCall<Result>, options?: CallOptions<Name> | false): Promise<Result> {
    const choice = this.#choose(call.url, options, () => call.signal);
    const { client, parameters, prefix } = choice instanceof Promise ? await choice : choice;
    return client === undefined ? sendOverHops(call, undefined) : client.send(call, parameters, prefix);
  }

  close(): Promise<void> {
    return keepingAlive(this.#shared.clock, this.#close());
  }

  async #close(): Promise<void> {
    const clients = Array.from(this.#clients.values(), (client) => client.close(authClosed));
    await Promise.all([this.#tenants?.close(), ...clients]);
    await this.#shared.sharing?.store.close();
  }

  async warmUp({ clients, signal }: WarmUpOptions<Name> = {}): Promise<void> {
    const chosen = clients === undefined ? [...this.#clients.values()] : clients.map((name) => this.client(name));
    const results = await Promise.allSettled(chosen.map((client) => client.warmUp(signal)));
    const failures = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) throw allOf(failures);
  }

  status(): Status {
    const clients = Object.fromEntries(Array.from(this.#clients, ([name, client]) => [name, client.status()]));
    const store = this.#shared.sharing?.store.state ?? 'none';
    return { clients, tenants: this.#tenants?.size ?? 0, store };
  }

  #choose(url: URL, options: CallOptions<Name> | false | undefined, signal: AskSignal): Choice | Promise<Choice> {
    if (options === undefined) return this.#byRequest(url, signal);
    if (options === false) return { client: undefined };
    if (!isObject(options)) {
      const message = `outboundAuth must be an object such as { client: 'billing' } or { scope: 'write' }, or false`;
      throw new OutboundAuthError(message, { code: 'invalid_call' });
    }
    const { client: name, tenant, ...parameters } = options;
    if (tenant !== undefined) {
      if (name === undefined) return this.tenant(tenant).then((client) => ({ client, parameters }));
      const message = `the call names both the client '${name}' and the tenant '${tenant}': leave one of them out`;
      throw new OutboundAuthError(message, { code: 'invalid_call' });
    }
    if (name !== undefined) return { client: this.client(name), parameters };
    const choice = this.#byRequest(url, signal);
    return choice instanceof Promise ? choice.then((chosen) => ({ ...chosen, parameters })) : { ...choice, parameters };
  }

  /** The client that was chosen for the request being served, where that covers the address. */
  #byRequest(url: URL, signal: AskSignal): Choice | Promise<Choice> {
    const choice = servedChoice(this)?.();
    return choice === undefined ? this.#covering(url) : this.#chosen(choice, url, signal);
  }

  async #chosen(choice: NonNullable<ReadChoice> | Promise<ReadChoice>, url: URL, signal: AskSignal): Promise<Choice> {
    const chosen =
      choice instanceof Promise ? await untilAborted(inTime(choice, this.#shared.clock), signal()) : choice;
    if (chosen === undefined) return this.#covering(url);
    const client = 'client' in chosen ? this.#named(chosen.client) : await this.tenant(chosen.tenant);
    const address = addressOf(url);
    const prefix = address && client.prefixOf(address);
    return prefix === undefined ? this.#covering(url) : { client, prefix };
  }

  #letPass(address: URL): void {
    const url = showUrl(address);
    if (this.#shared.unmatched === 'refuse') {
      const message = `no client's attachTo covers ${url}, and unmatched is 'refuse'. Add its prefix to a client, or call it with outboundAuth: false`;
      throw new OutboundAuthError(message, { code: 'unmatched_address' });
    }
    this.#shared.emit({ type: 'address.unmatched', url });
  }

  #covering(url: URL): Choice {
    const choice = clientCovering(this.#clients.values(), url);
    if (choice === undefined) this.#letPass(url);
    return choice ?? { client: undefined };
  }
}

/** One error that tells of all; what isn't ours, such as the caller's own abort, goes first. */
function allOf(failures: readonly unknown[]): unknown {
  const [first, ...others] = failures.filter(isOutboundAuthError);
  if (first === undefined || others.length === 0 || failures.length > others.length + 1) return failures[0];
  return new OutboundAuthError([first, ...others].map(({ message }) => message).join('\n'), first);
}
