import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { kind } from '../option-reader.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { readSecret } from '../secret.ts';
import { AskedSources, type Source } from './asked-sources.ts';
import type { FillDraft, TokenRequestDraft } from './draft.ts';

/** Whose credentials they are, and what asks for them. */
export interface CredentialSettings {
  readonly name: string;
  readonly clientId: string;
  readonly authenticate: FillDraft;
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

type Ask = <Value>(source: Source<Value>) => Value | Promise<Value>;

/** The credentials in one token request, and all the texts in it that must not be shown. */
export class Credentials {
  readonly secrets: Secrets = new Secrets();
  readonly #settings: CredentialSettings;
  readonly #own = new AskedSources();
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

  unavailable(what: string, cause?: Error): OutboundAuthError {
    const { name } = this.#settings;
    const message = `client '${name}': its credentials ${what}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client: name, cause });
  }

  #reader(ask: Ask): TokenRequestDraft['value'] {
    return async (source) => {
      const given = isSource(source) ? await ask(source) : source;
      if (typeof given === 'string') this.secrets.add(given);
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

function isSource<Value>(source: Value | Source<Value>): source is Source<Value> {
  return typeof source === 'function';
}
