import { isPromise } from 'node:util/types';
import type { CertificateAndKey } from '../certificate.ts';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { isHeader } from '../header.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { readSecret, type SecretSource } from '../secret.ts';
import { withinTimeLimit } from '../time-limit.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { Hop, OutgoingCall } from './outgoing-call.ts';

/** What a client attaches beside its token. */
export interface AttachingSettings {
  readonly name: string;
  readonly headers: readonly (readonly [name: string, value: SecretSource])[];
  /** What connections inside `attachTo` show. */
  readonly certificate: () => CertificateAndKey | undefined;
  readonly clock: Clock;
  /** How long a header's function may take, in milliseconds. */
  readonly requestTimeout: number;
}

/** Puts a token and the client's own headers on a request. A header that the caller has set goes first. */
export class Attaching {
  readonly #settings: AttachingSettings;

  constructor(settings: AttachingSettings) {
    this.#settings = settings;
  }

  /** @throws {OutboundAuthError} with the code `credential_unavailable`. */
  async to(hop: Hop, call: Pick<OutgoingCall<unknown>, 'headers'>, token?: AccessToken): Promise<Hop> {
    const { headers, certificate } = this.#settings;
    const attached: Record<string, string> = {};
    for (const [name, source] of headers) {
      if (!call.headers.has(name))
        attached[name] = typeof source === 'string' ? source : await this.#header(name, source);
    }
    if (token !== undefined) attached['authorization'] = token.authorization;
    const proof = token?.tokenType === 'DPoP' ? await token.proof(hop.method, hop.url) : undefined;
    if (proof !== undefined) attached['dpop'] = proof;
    return { ...hop, attached, certificate: certificate() };
  }

  async #header(name: string, source: Exclude<SecretSource, string>): Promise<string> {
    const value = await this.#read(name, source);
    // Unchecked, the error of whoever sends it would show the value.
    if (!isHeader(name, value)) throw this.#unreadable(name, 'it has characters that a header cannot hold');
    return value;
  }

  async #read(name: string, source: Exclude<SecretSource, string>): Promise<string> {
    const { clock, requestTimeout } = this.#settings;
    const late = (): Error =>
      this.#unreadable(name, `it did not come within ${requestTimeout / 1_000} s (requestTimeout)`);
    try {
      const value = source();
      // Most functions only look something up, and a timer for each call would cost more than they do.
      return await readSecret(
        isPromise(value) ? () => withinTimeLimit(clock, requestTimeout, late, () => value) : () => value,
      );
    } catch (error) {
      if (isOutboundAuthError(error)) throw error;
      const cause = new Secrets().cleanError(error);
      throw this.#unreadable(name, reasonOf(cause), cause);
    }
  }

  #unreadable(name: string, why: string, cause?: Error): OutboundAuthError {
    const { name: client } = this.#settings;
    const message = `client '${client}': the header ${name} could not be read: ${why}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client, cause });
  }
}
