import type {
  ClientAuthentication,
  ClientAuthenticationRequest,
} from '../client-authentication/client-authentication.ts';
import { OutboundAuthError } from '../errors.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { readSecret } from '../secret.ts';

/** Who authenticates, and how. */
export interface CredentialSettings {
  readonly name: string;
  readonly clientId: string;
  readonly authenticate: ClientAuthentication;
}

// Members of a token request that tell nothing that must be hidden.
const open = new Set([
  'actor_token_type',
  'audience',
  'client_assertion_type',
  'client_id',
  'grant_type',
  'redirect_uri',
  'requested_token_type',
  'requested_token_use',
  'resource',
  'scope',
  'subject_token_type',
]);

/** The client's credentials in one token request, and all the texts in it that must not be shown. */
export class Credentials {
  readonly secrets: Secrets = new Secrets();
  readonly #settings: CredentialSettings;
  #pending = false;

  constructor(settings: CredentialSettings) {
    this.#settings = settings;
  }

  /** Whether the client's own functions are being waited for, and not the server. */
  get pending(): boolean {
    return this.#pending;
  }

  /** @throws {OutboundAuthError} with the code `credential_unavailable`. */
  async addTo(request: Pick<ClientAuthenticationRequest, 'body' | 'headers' | 'tokenEndpoint'>): Promise<void> {
    const { clientId, authenticate } = this.#settings;
    const headersBefore = new Set(request.headers.keys());
    this.#pending = true;
    try {
      await authenticate({ ...request, clientId, secret: (source) => this.#read(source) });
    } catch (error) {
      const cause = this.secrets.cleanError(error);
      throw this.unavailable(`could not be read: ${reasonOf(cause)}`, cause);
    } finally {
      this.#pending = false;
      this.#hide(request, headersBefore);
    }
  }

  unavailable(what: string, cause?: Error): OutboundAuthError {
    const { name } = this.#settings;
    const message = `client '${name}': its credentials ${what}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client: name, cause });
  }

  async #read(source: Parameters<typeof readSecret>[0]): Promise<string> {
    const secret = await readSecret(source);
    this.secrets.add(secret);
    return secret;
  }

  // Whatever else was put there may be a secret too: a password among the parameters, an assertion, a key.
  #hide({ body, headers }: Pick<ClientAuthenticationRequest, 'body' | 'headers'>, headersBefore: Set<string>): void {
    for (const [name, value] of body) if (!open.has(name)) this.secrets.add(value);
    for (const [name, value] of headers) {
      if (headersBefore.has(name)) continue;
      this.secrets.add(value);
      if (name === 'authorization') this.secrets.add(value.slice(value.indexOf(' ') + 1));
    }
  }
}
