import { AsyncResource } from 'node:async_hooks';
import { authClosed, Client } from './client.ts';
import { fingerprint } from './comparable.ts';
import { isOutboundAuthError, OptionsError, OutboundAuthError } from './errors.ts';
import { type Owned, readClient, type SharedSettings } from './options/client-settings.ts';
import { isObject, OptionReader } from './option-reader.ts';
import type { ResolveClient } from './options/options.ts';
import { reasonOf, Secrets } from './redact.ts';
import { checkTenantName } from './tenant-name.ts';
import { withinTimeLimit } from './time-limit.ts';

const freshFor = 60_000;
const resolveTimeout = 4_000;
const pauseAfterFailure = 5_000;

// A look-up serves many callers, so it runs in none of their async contexts.
const outside = new AsyncResource('OutboundAuthLookup');

interface Tenant {
  readonly client: Client;
  readonly options: string;
  askedAt: number;
  freshUntil: number;
}

/** Clients that are looked up by the name of a tenant when they are needed, and kept for a minute. */
export class Tenants {
  readonly #resolve: ResolveClient;
  readonly #shared: SharedSettings & Owned;
  readonly #capacity: number;
  // In the order of their last use.
  readonly #tenants = new Map<string, Tenant>();
  readonly #lookups = new Map<string, Promise<Client>>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(resolve: ResolveClient, shared: SharedSettings & Owned, capacity: number) {
    this.#resolve = resolve;
    this.#capacity = capacity;
    this.#shared = shared;
  }

  get size(): number {
    return this.#tenants.size;
  }

  /** @throws {OutboundAuthError} with the code `unknown_client` or `credential_unavailable`. */
  get(name: string): Promise<Client> | Client {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) checkTenantName(name);
    else {
      this.#tenants.delete(name);
      this.#tenants.set(name, tenant);
      const now = this.#shared.clock.now();
      // A wall clock that was set back says nothing about the answer's age.
      if (this.#closed || (now >= tenant.askedAt && now < tenant.freshUntil)) return tenant.client;
    }
    return this.#join(name, tenant);
  }

  /** Looks a tenant up anew when it is next asked for; its present client ends the requests under way, and no more. */
  forget(name: string): void {
    // What a look-up under way will find is of before.
    this.#lookups.delete(name);
    this.#end(name);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const name of [...this.#tenants.keys()]) this.#close(name, authClosed);
    await Promise.all(this.#ending);
  }

  async #join(name: string, known: Tenant | undefined): Promise<Client> {
    try {
      return await (this.#lookups.get(name) ?? this.#lookUp(name, known));
    } catch (error) {
      throw isOutboundAuthError(error) ? error.copy() : error;
    }
  }

  #lookUp(name: string, known: Tenant | undefined): Promise<Client> {
    const isPresent = (): boolean => this.#lookups.get(name) === lookup;
    const lookup: Promise<Client> = outside
      .runInAsyncScope(async () => {
        // First the others must know of it: `resolveClient` itself may ask for the same tenant.
        await Promise.resolve();
        return this.#found(name, known, isPresent);
      })
      .finally(() => {
        if (isPresent()) this.#lookups.delete(name);
      });
    this.#lookups.set(name, lookup);
    return lookup;
  }

  async #found(name: string, known: Tenant | undefined, isPresent: () => boolean): Promise<Client> {
    const { clock, emit } = this.#shared;
    let given: unknown;
    try {
      given = await this.#asked(name);
      if (given !== undefined) return this.#clientOf(name, given, isPresent());
    } catch (error) {
      const failure = isOutboundAuthError(error) ? error : this.#unavailable(name, 'gave what cannot be read', error);
      // What the tenant is can't be told just now: what it was a minute ago serves on.
      if (known === undefined || !isPresent()) throw failure;
      emit({ type: 'tenant.failed', tenant: name, error: failure });
      known.askedAt = clock.now();
      known.freshUntil = known.askedAt + pauseAfterFailure;
      return known.client;
    }
    if (isPresent()) this.#end(name);
    throw new OutboundAuthError(`resolveClient knows no tenant '${name}'`, { code: 'unknown_client', client: name });
  }

  async #asked(name: string): Promise<unknown> {
    this.#refuseIfClosed(name);
    const resolve = this.#resolve;
    const late = (): Error => this.#unavailable(name, `gave no answer within ${resolveTimeout / 1_000} s`);
    const given = await withinTimeLimit(this.#shared.clock, resolveTimeout, late, async () => {
      try {
        return await resolve(name);
      } catch (error) {
        // One of ours, too: what went wrong in there is no fault of this call.
        throw this.#unavailable(name, 'failed', error);
      }
    });
    this.#refuseIfClosed(name);
    return given;
  }

  #refuseIfClosed(name: string): void {
    if (!this.#closed) return;
    const message = `no tenant is looked up any more, '${name}' neither, because ${authClosed}`;
    throw new OutboundAuthError(message, { code: 'closed', client: name });
  }

  #clientOf(name: string, given: unknown, isPresent: boolean): Client {
    const options = fingerprint(given);
    const askedAt = this.#shared.clock.now();
    const present = this.#tenants.get(name);
    if (present?.options === options) {
      Object.assign(present, isPresent ? { askedAt, freshUntil: askedAt + freshFor } : {});
      return present.client;
    }
    const client = new Client({ ...this.#settings(name, given), auth: this.#shared.auth });
    // Forgotten meanwhile: it serves those who have waited for it, and nobody else.
    if (!isPresent) return letGo(client);
    this.#end(name);
    this.#tenants.set(name, { client, options, askedAt, freshUntil: askedAt + freshFor });
    const [oldest] = this.#tenants.size > this.#capacity ? this.#tenants : [];
    if (oldest !== undefined) {
      this.#tenants.delete(oldest[0]);
      letGo(oldest[1].client);
    }
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

  #end(name: string): void {
    this.#close(name, 'its tenant was forgotten or has changed: ask auth.tenant() again');
    this.#tenants.delete(name);
  }

  #close(name: string, because: string): void {
    const closing = this.#tenants.get(name)?.client.close(because);
    if (closing === undefined) return;
    this.#ending.add(closing);
    void closing.finally(() => this.#ending.delete(closing));
  }

  #unavailable(name: string, what: string, error?: unknown): OutboundAuthError {
    const cause = new Secrets().cleanError(error);
    const message = `resolveClient('${name}') ${what}${cause === undefined ? '' : `: ${reasonOf(cause)}`}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client: name, cause });
  }
}

/** Not closed, for nothing is wrong with it: whoever holds it goes on. Nobody ends it any more, so it must not live on by itself. */
function letGo(client: Client): Client {
  client.endKeepWarm();
  return client;
}
