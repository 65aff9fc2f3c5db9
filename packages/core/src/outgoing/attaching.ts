import { isPromise } from 'node:util/types';
import type { CertificateAndKey } from '../certificate.ts';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { isHeader } from '../header.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { readSecret, type SecretSource } from '../secret.ts';
import { withinTimeLimit } from '../time-limit.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { Leg } from './leg.ts';
import type { Hop, OutgoingCall } from './outgoing-call.ts';

type SecretFunction = Exclude<SecretSource, string>;

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
  readonly #texts: readonly (readonly [name: string, value: string])[];
  readonly #functions: readonly (readonly [name: string, source: SecretFunction])[];

  constructor(settings: AttachingSettings) {
    this.#settings = settings;
    const { headers } = settings;
    this.#texts = headers.flatMap(([name, source]) => (typeof source === 'string' ? [[name, source] as const] : []));
    this.#functions = headers.flatMap(([name, source]) =>
      typeof source === 'string' ? [] : [[name, source] as const],
    );
  }

  /**
   * Without a promise where nothing has to be asked for.
   *
   * @throws {OutboundAuthError} with the code `credential_unavailable`.
   */
  to(leg: Leg, call: Pick<OutgoingCall<unknown>, 'headers'>, token: AccessToken | undefined): Hop | Promise<Hop> {
    const attached: Record<string, string> = {};
    for (const [name, value] of this.#texts) {
      if (!call.headers.has(name)) attached[name] = value;
    }
    if (token !== undefined) attached['authorization'] = token.authorization;
    const asks = this.#functions.length > 0 || token?.tokenType === 'DPoP';
    return asks ? this.#asked(leg, call, token, attached) : leg.hop(attached, this.#settings.certificate());
  }

  async #asked(
    leg: Leg,
    call: Pick<OutgoingCall<unknown>, 'headers'>,
    token: AccessToken | undefined,
    attached: Record<string, string>,
  ): Promise<Hop> {
    for (const [name, source] of this.#functions) {
      if (!call.headers.has(name)) attached[name] = await this.#header(name, source);
    }
    const { url, method } = leg.state;
    const proof = token?.tokenType === 'DPoP' ? await token.proof(method, url) : undefined;
    if (proof !== undefined) attached['dpop'] = proof;
    return leg.hop(attached, this.#settings.certificate());
  }

  async #header(name: string, source: SecretFunction): Promise<string> {
    const value = await this.#read(name, source);
    // Unchecked, the error of whoever sends it would show the value.
    if (!isHeader(name, value)) throw this.#unreadable(name, 'it has characters that a header cannot hold');
    return value;
  }

  async #read(name: string, source: SecretFunction): Promise<string> {
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
