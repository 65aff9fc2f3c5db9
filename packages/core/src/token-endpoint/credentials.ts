import { createHmac } from 'node:crypto';
import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import { fingerprint } from '../comparable.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { kind } from '../option-reader.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { readSecret } from '../secret.ts';
import { AskedSources, isSource, type Source } from './asked-sources.ts';
import type { FillDraft, TokenRequestDraft } from './draft.ts';

/** Whose credentials they are, and what asks for them. */
export interface CredentialSettings {
  readonly name: string;
  readonly clientId: string;
  readonly authenticate: ClientAuthentication;
  /** Reads what the connection shows, before anything is sent. */
  readonly prepare: ((read: TokenRequestDraft['value']) => Promise<void>) | undefined;
  readonly clock: { now(): number };
}

// Members of a token request that tell nothing that must be hidden.
const open = new Set([
  'actor_token_type',
  'audience',
  'authorization_details',
  'client_assertion_type',
  'client_id',
  'grant_type',
  'redirect_uri',
  'requested_token_type',
  'requested_token_use',
  'resource',
  'scope',
  'subject_token_type',
  'token_type_hint',
  'username',
]);

/** The parts of a draft that each attempt makes anew. */
export type DraftParts = Pick<TokenRequestDraft, 'body' | 'headers' | 'tokenEndpoint' | 'issuer'>;

// Nothing is sent there.
const nowhere = { tokenEndpoint: 'https://nowhere.invalid', issuer: undefined };

type Ask = <Value>(source: Source<Value>) => Value | Promise<Value>;

/** The credentials in one token request, and all the texts in it that must not be shown. */
export class Credentials {
  readonly secrets: Secrets = new Secrets();
  readonly #settings: CredentialSettings;
  readonly #own = new AskedSources();
  readonly #given: unknown[] = [];
  #pending = false;

  constructor(settings: CredentialSettings) {
    this.#settings = settings;
  }

  /** Whether a function of the user is being waited for, and not the server. */
  get pending(): boolean {
    return this.#pending;
  }

  /** Adds what a grant sends. @throws {OutboundAuthError} with the code `credential_unavailable`. */
  fill(parts: DraftParts, fill: FillDraft): Promise<void> {
    return this.#fill(parts, fill, (source) => source());
  }

  /** Adds what shows who the client is. @throws {OutboundAuthError} with the code `credential_unavailable`. */
  authenticate(parts: DraftParts): Promise<void> {
    const own: (draft: TokenRequestDraft) => unknown = this.#settings.authenticate;
    const authenticate: FillDraft = async (draft) => {
      const given = await own(draft);
      if (given === undefined) return;
      const rule = 'it must add to the draft that it is given, and give nothing';
      throw new TypeError(`clientAuthentication gave ${kind(given)}; ${rule}`);
    };
    return this.#fill(parts, authenticate, (source) => this.#own.ask(source));
  }

  /** Gets the connection ready that shows who the client is. @throws as `authenticate` does. */
  async prepare(): Promise<void> {
    const { prepare } = this.#settings;
    if (prepare !== undefined) await this.#reading(() => prepare(this.#reader((source) => this.#own.ask(source))));
  }

  /** Asks the client's own functions once more. Whether one of them gives something else than before. */
  async changed(): Promise<boolean> {
    let changed = false;
    await this.#reading(async () => {
      changed = await this.#own.changed();
    });
    return changed;
  }

  /**
   * A digest of all that shows who the client is, and of further secrets: to know it again, never to use it.
   *
   * @param salt So that equal secrets of two clients give different digests.
   */
  async digest(salt: string, further: readonly unknown[]): Promise<string> {
    const { authenticate } = this.#settings;
    const read = this.#reader((source) => this.#own.ask(source));
    const parts: DraftParts = { body: new URLSearchParams(), headers: new Headers(), ...nowhere };
    await this.authenticate(parts);
    for (const value of [authenticate.certificate, ...further]) if (value !== undefined) await read(value);
    // Where a function of the user's own adds what it knows itself, that is all there is to tell it by.
    const shown = this.#given.length > 0 ? this.#given : [...parts.body, ...parts.headers];
    return createHmac('sha256', fingerprint(shown)).update(salt).digest('base64url');
  }

  unavailable(what: string, cause?: Error): OutboundAuthError {
    const { name } = this.#settings;
    const message = `client '${name}': its credentials ${what}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client: name, cause });
  }

  #reader(ask: Ask): TokenRequestDraft['value'] {
    return async (source) => {
      const given = isSource(source) ? await ask(source) : source;
      if (typeof given === 'string') this.secrets.add(given);
      this.#given.push(given);
      return given;
    };
  }

  async #fill(parts: DraftParts, fill: FillDraft, ask: Ask): Promise<void> {
    const { clientId, clock } = this.#settings;
    const headersBefore = new Map(parts.headers);
    const value = this.#reader(ask);
    const secret: TokenRequestDraft['secret'] = (source) => readSecret(() => value(source));
    try {
      await this.#reading(() => fill({ ...parts, clientId, now: () => clock.now(), secret, value }));
    } finally {
      this.#hide(parts, headersBefore);
    }
  }

  async #reading(work: () => void | Promise<void>): Promise<void> {
    this.#pending = true;
    try {
      await work();
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = this.secrets.cleanError(error);
      throw this.unavailable(`could not be read: ${reasonOf(cause)}`, cause);
    } finally {
      this.#pending = false;
    }
  }

  // Whatever else was put there may be a secret too: a password among the parameters, an assertion, a key.
  #hide({ body, headers }: Pick<DraftParts, 'body' | 'headers'>, before: ReadonlyMap<string, string>): void {
    for (const [name, value] of body) if (!open.has(name)) this.secrets.add(value);
    for (const [name, value] of headers) {
      if (before.get(name) === value) continue;
      this.secrets.add(value);
      if (name === 'authorization') this.secrets.add(value.slice(value.indexOf(' ') + 1));
    }
  }
}
