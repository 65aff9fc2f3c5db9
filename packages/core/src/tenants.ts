import { Client } from './client.ts';
import { fingerprint } from './comparable.ts';
import { isOutboundAuthError, OptionsError, OutboundAuthError } from './errors.ts';
import { readClient, type SharedSettings } from './options/client-settings.ts';
import { isObject, OptionReader } from './option-reader.ts';
import type { ResolveClient } from './options/options.ts';
import { reasonOf, Secrets } from './redact.ts';
import { withinTimeLimit } from './time-limit.ts';

const freshFor = 60_000;
const resolveTimeout = 4_000;
const pauseAfterFailure = 5_000;
const capacity = 1_000;

interface Tenant {
  readonly client: Client;
  readonly options: string;
  freshUntil: number;
}

/** Clients that are looked up by the name of a tenant when they are needed, and kept for a minute. */
export class Tenants {
  readonly #resolve: ResolveClient;
  readonly #shared: SharedSettings;
  // In the order of their last use.
  readonly #tenants = new Map<string, Tenant>();
  readonly #lookups = new Map<string, Promise<Client>>();
  #closed = false;

  constructor(resolve: ResolveClient, shared: SharedSettings) {
    this.#resolve = resolve;
    this.#shared = shared;
  }

  /** @throws {OutboundAuthError} with the code `unknown_client` or `credential_unavailable`. */
  get(name: string): Promise<Client> | Client {
    const tenant = this.#tenants.get(name);
    if (tenant !== undefined) {
      this.#tenants.delete(name);
      this.#tenants.set(name, tenant);
      if (this.#closed || this.#shared.clock.now() < tenant.freshUntil) return tenant.client;
    }
    const lookup = this.#lookups.get(name) ?? this.#lookUp(name, tenant);
    this.#lookups.set(name, lookup);
    return lookup;
  }

  /** Looks a tenant up anew when it is next asked for; its present client ends the requests under way, and no more. */
  forget(name: string): void {
    this.#lookups.delete(name);
    this.#drop(name);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#tenants.values(), ({ client }) => client.close()));
  }

  #lookUp(name: string, known: Tenant | undefined): Promise<Client> {
    const lookup = this.#found(name, known).finally(() => {
      if (this.#lookups.get(name) === lookup) this.#lookups.delete(name);
    });
    return lookup;
  }

  async #found(name: string, known: Tenant | undefined): Promise<Client> {
    const { clock, emit } = this.#shared;
    if (this.#closed) {
      const message = `there is no tenant '${name}' any more, because auth.close() was called`;
      throw new OutboundAuthError(message, { code: 'closed', client: name });
    }
    try {
      return this.#kept(name, await this.#asked(name));
    } catch (error) {
      const wrong = isOutboundAuthError(error) ? error : undefined;
      // What the tenant is can't be told just now: what it was a minute ago serves on.
      if (known === undefined || wrong?.code === 'unknown_client') throw error;
      if (wrong !== undefined) emit({ type: 'tenant.failed', tenant: name, error: wrong });
      known.freshUntil = clock.now() + pauseAfterFailure;
      return known.client;
    }
  }

  async #asked(name: string): Promise<unknown> {
    const { clock } = this.#shared;
    const late = (): Error => this.#unavailable(name, `was not answered within ${resolveTimeout / 1_000} s`);
    try {
      return await withinTimeLimit(clock, resolveTimeout, late, async () => this.#resolve(name));
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = new Secrets().cleanError(error);
      throw this.#unavailable(name, `failed: ${reasonOf(cause)}`, cause);
    }
  }

  #kept(name: string, given: unknown): Client {
    const { clock } = this.#shared;
    if (given === undefined) {
      this.#drop(name);
      throw new OutboundAuthError(`resolveClient knows no tenant '${name}'`, { code: 'unknown_client', client: name });
    }
    const present = this.#tenants.get(name);
    const options = fingerprint(given);
    const freshUntil = clock.now() + freshFor;
    if (present?.options === options) {
      present.freshUntil = freshUntil;
      return present.client;
    }
    const client = new Client(this.#settings(name, given));
    this.#drop(name);
    this.#tenants.set(name, { client, options, freshUntil });
    const [oldest] = this.#tenants.size > capacity ? this.#tenants.keys() : [];
    if (oldest !== undefined) this.#drop(oldest);
    return client;
  }

  #settings(name: string, given: unknown): ReturnType<typeof readClient> {
    const path = `resolveClient('${name}')`;
    if (!isObject(given))
      throw new OptionsError([{ path, message: 'must give the options of a client, or undefined' }]);
    const reader = new OptionReader(given, path);
    const settings = readClient(name, reader, this.#shared, 'tenant');
    if (reader.problems.length > 0) throw new OptionsError(reader.problems);
    return settings;
  }

  #drop(name: string): void {
    const tenant = this.#tenants.get(name);
    this.#tenants.delete(name);
    void tenant?.client.close();
  }

  #unavailable(name: string, what: string, cause?: Error): OutboundAuthError {
    const message = `resolveClient('${name}') ${what}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client: name, cause });
  }
}
