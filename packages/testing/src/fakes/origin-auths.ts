import {
  createOutboundAuth,
  type OutboundAuth,
  type OutboundAuthError,
  type OutboundAuthOptions,
  servedAs,
  type Status,
} from '@outbound-auth/core';
import type { FakedClient } from './fake-client-options.ts';
import { FakeGrant } from './fake-grant.ts';

/**
 * Real auths with the same clients, one for each origin that is called: there the clients without an `attachTo` are told
 * to cover just that origin, so that a redirect to another loses their token, as in life.
 */
export class OriginAuths {
  readonly #fake: object;
  readonly #clients: ReadonlyMap<string, FakedClient>;
  readonly #grants: ReadonlyMap<string, FakeGrant>;
  readonly #settings: Omit<OutboundAuthOptions, 'clients'>;
  readonly #auths = new Map<string, OutboundAuth<string>>();
  #plain: OutboundAuth<string>;
  #closed = false;

  constructor(fake: object, clients: ReadonlyMap<string, FakedClient>, settings: Omit<OutboundAuthOptions, 'clients'>) {
    this.#fake = fake;
    this.#clients = clients;
    this.#grants = new Map(Array.from(clients, ([name, client]) => [name, new FakeGrant(client)]));
    this.#settings = settings;
    this.#plain = this.#made(undefined);
  }

  /** The one that knows no origin: for all but calls. */
  get plain(): OutboundAuth<string> {
    return this.#plain;
  }

  /** The one that a call goes through. */
  for({ protocol, origin }: URL): OutboundAuth<string> {
    if (protocol !== 'https:' && protocol !== 'http:') return this.#plain;
    const known = this.#auths.get(origin) ?? this.#made(origin);
    this.#auths.set(origin, known);
    return known;
  }

  /** Uses one of them for the user whom the fake was told to act for. */
  use<Result>(auth: OutboundAuth<string>, work: (auth: OutboundAuth<string>) => Result): Result {
    return servedAs(this.#fake, auth, () => work(auth));
  }

  /** Fails those who ask for a client's token from here on. @throws {OutboundAuthError} for a name that isn't there. */
  fail(name: string, error: OutboundAuthError): void {
    this.#plain.client(name);
    const grant = this.#grants.get(name);
    if (grant !== undefined) grant.failure = error;
    this.renew();
  }

  /** Ends what `fail` began, and forgets all that was got. */
  recover(): void {
    for (const grant of this.#grants.values()) grant.failure = undefined;
    this.renew();
  }

  /** Forgets all that was got. */
  renew(): void {
    for (const grant of this.#grants.values()) grant.forget();
    this.#auths.clear();
    this.#plain = this.#made(undefined);
  }

  /** Of each client, what that of its auths says which has a token for it. */
  status(): Status {
    const plain = this.#plain.status();
    const others = Array.from(this.#auths.values(), (auth) => auth.status());
    const clients = Object.entries(plain.clients).map(([name, own]) => {
      const known = [own, ...others.flatMap(({ clients }) => clients[name] ?? [])];
      return [name, known.find(({ token }) => token !== 'none') ?? own] as const;
    });
    return { ...plain, clients: Object.fromEntries(clients) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#plain, ...this.#auths.values()].map((auth) => auth.close()));
  }

  #made(origin: string | undefined): OutboundAuth<string> {
    const clients = Array.from(this.#clients, ([name, client]) => {
      const free = origin !== undefined && client.isBare && !this.#isTaken(origin);
      const grant = this.#grants.get(name)?.grant;
      return [name, { ...client.optionsFor(free ? origin : undefined), grant }] as const;
    });
    const auth = createOutboundAuth({ ...this.#settings, clients: Object.fromEntries(clients) });
    if (this.#closed) void auth.close();
    return auth;
  }

  /** Whether a client with an `attachTo` of its own covers all of an origin. */
  #isTaken(origin: string): boolean {
    const named = [...this.#clients].filter(([, { isBare }]) => !isBare);
    return named.some(([name]) => this.#plain.client(name).covers(origin));
  }
}
