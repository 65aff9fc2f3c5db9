import { inspect } from 'node:util';
import {
  type CallOptions,
  type FetchInput,
  OutboundAuthError,
  type OutboundAuthOptions,
  type OutboundClient,
  type OutboundRequestInit,
  type OutgoingCall,
  servedChoice,
  type Status,
  TokenRequestError,
  type WarmUpOptions,
} from '@outbound-auth/core';
import { addressOf, FakeClient } from './fake-client.ts';
import type { FakedClient } from './fake-client-options.ts';
import { unwrapped } from './fake-grant.ts';
import type { FakeTransport } from './fake-transport.ts';
import { FakeOutboundAuth } from './fake-outbound-auth.ts';
import { OriginAuths } from './origin-auths.ts';
import type { RecordedCall } from './recorded-call.ts';

/** What a fake is made of. */
export interface FakeParts {
  readonly clients: ReadonlyMap<string, FakedClient>;
  readonly tenants: ReadonlyMap<string, FakedClient>;
  readonly transport: FakeTransport;
  readonly settings: Omit<OutboundAuthOptions, 'clients'>;
}

/** Real auths, and a transport that ends every call. */
export class ComposedFake<Name extends string> extends FakeOutboundAuth<Name> {
  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: inspectFake });
  }

  readonly #transport: FakeTransport;
  readonly #clients: OriginAuths;
  readonly #tenants: OriginAuths;
  // The same for good, as in life: tests spy on them.
  readonly #byName: ReadonlyMap<string, FakeClient>;
  readonly #byTenant: ReadonlyMap<string, FakeClient>;

  constructor({ clients, tenants, transport, settings }: FakeParts) {
    super();
    const shared = { ...settings, fetch: transport.fetch };
    this.#transport = transport;
    this.#clients = new OriginAuths(this, clients, shared);
    this.#tenants = new OriginAuths(this, tenants, shared);
    this.#byName = clientsOf(this.#clients, clients);
    this.#byTenant = clientsOf(this.#tenants, tenants);
  }

  get calls(): readonly RecordedCall[] {
    return this.#transport.log.calls;
  }

  client(name: Name): OutboundClient {
    return this.#named(name);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws has to come by its promise
  async tenant(name: string): Promise<OutboundClient> {
    const client = this.#byTenant.get(name);
    if (client !== undefined) return client;
    const message = `there is no tenant '${name}'; name it in fakeOutboundAuth(clients, { tenants })`;
    throw new OutboundAuthError(message, { code: 'unknown_client', client: name });
  }

  forget(): void {
    this.#tenants.renew();
  }

  async fetch(input: FetchInput, init?: OutboundRequestInit<Name>): Promise<Response> {
    const url = addressOf(input);
    const { auths, options } = await this.#chosen(url, init?.outboundAuth);
    return unwrapped(auths.use(auths.for(url), (auth) => auth.fetch(input, { ...init, outboundAuth: options })));
  }

  async send<Result>(call: OutgoingCall<Result>, options?: CallOptions<Name> | false): Promise<Result> {
    const { auths, options: chosen } = await this.#chosen(call.url, options);
    const recorded = this.#transport.recorded(call);
    return unwrapped(auths.use(auths.for(call.url), (auth) => auth.send(recorded, chosen)));
  }

  warmUp(options?: WarmUpOptions<Name>): Promise<void> {
    return unwrapped(this.#clients.plain.warmUp(options));
  }

  status(): Status {
    return { ...this.#clients.status(), tenants: this.#byTenant.size };
  }

  async close(): Promise<void> {
    await Promise.all([this.#clients.close(), this.#tenants.close()]);
  }

  fail(client: Name, error?: OutboundAuthError): void {
    const message = `client '${client}': no token can be had, for the test called fail()`;
    this.#clients.fail(client, error ?? new TokenRequestError(message, { code: 'token_endpoint_unreachable', client }));
  }

  recover(): void {
    this.#clients.recover();
  }

  reset(): void {
    this.#transport.log.clear();
    this.#clients.recover();
    this.#tenants.renew();
  }

  /** What is wrong with another name, the real one says. */
  #named(name: string): OutboundClient {
    return this.#byName.get(name) ?? this.#clients.plain.client(name);
  }

  /** Whose token a call gets, as far as the call or the request being served says it. */
  async #chosen(
    url: URL,
    own: CallOptions | false | undefined,
  ): Promise<{ readonly auths: OriginAuths; readonly options: CallOptions | false | undefined }> {
    if (own === false || own?.client !== undefined) return { auths: this.#clients, options: own };
    const choice = own?.tenant === undefined ? await servedChoice(this)?.() : { tenant: own.tenant };
    if (choice === undefined) return { auths: this.#clients, options: own };
    const ofTenant = 'tenant' in choice;
    const client = ofTenant ? await this.tenant(choice.tenant) : this.#named(choice.client);
    const isNamed = own?.tenant !== undefined;
    if (!isNamed && !client.covers(url)) return { auths: this.#clients, options: own };
    const auths = ofTenant ? this.#tenants : this.#clients;
    return { auths, options: { ...own, tenant: undefined, client: client.name } };
  }
}

function clientsOf(auths: OriginAuths, clients: ReadonlyMap<string, unknown>): ReadonlyMap<string, FakeClient> {
  return new Map(Array.from(clients.keys(), (name) => [name, new FakeClient(auths, name)]));
}

function inspectFake(this: FakeOutboundAuth): string {
  const { calls } = this;
  return `FakeOutboundAuth ${inspect({ clients: Object.keys(this.status().clients), calls: calls.length })}`;
}
