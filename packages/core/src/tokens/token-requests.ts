import type { TokenParameters } from '../options/options.ts';
import type { RequestParameters } from '../options/token-parameters.ts';
import { MemoryCache } from '../memory-cache.ts';
import { isObject } from '../option-reader.ts';
import type { Subject, Subjects } from './subjects.ts';
import { type KeyPart, lengthPrefixed, tokenKey } from './token-key.ts';
import type { TokenRequest } from './token-source.ts';

/** Reads what a call gives, over a client's own parameters. */
export type ReadParameters = (given: TokenParameters, own: RequestParameters) => RequestParameters;

/** What a client's token requests are derived from. */
export interface TokenRequestSettings {
  readonly identity: readonly KeyPart[];
  readonly parameters: RequestParameters;
  readonly subjects: Subjects;
  readonly capacity: number;
  readonly read: ReadParameters;
}

/** Derives a client's token requests, each once for a subject and a distinct set of parameters. */
export class TokenRequests {
  /** The client's own: no parameters of a call, nobody else's token. */
  readonly own: TokenRequest;
  readonly #settings: TokenRequestSettings;
  readonly #derived: MemoryCache<TokenRequest>;

  constructor(settings: TokenRequestSettings) {
    this.#settings = settings;
    this.#derived = new MemoryCache(settings.capacity);
    this.own = this.#derive(settings.parameters, settings.subjects.fixed, true);
  }

  /**
   * Without a promise wherever the subject is known without one.
   *
   * @throws {OptionsError} for parameters that aren't what TokenParameters says.
   * @throws {OutboundAuthError} if there is no subject.
   */
  for(parameters: TokenParameters | undefined): TokenRequest | Promise<TokenRequest> {
    const subject = this.subject();
    return subject instanceof Promise
      ? subject.then((read) => this.of(read, parameters))
      : this.of(subject, parameters);
  }

  /** Whose token a call that is made now gets. @throws {OutboundAuthError} if there is no subject. */
  subject(): Subject | Promise<Subject> {
    return this.#settings.subjects.current();
  }

  /** The request for this subject. @throws {OptionsError} for parameters that aren't what TokenParameters says. */
  of(subject: Subject, parameters: TokenParameters | undefined): TokenRequest {
    const signature = this.#signatureOf(parameters);
    const own = subject === this.#settings.subjects.fixed;
    return own ? this.#own(signature, parameters, subject) : this.#others(signature, parameters, subject);
  }

  #signatureOf(parameters: TokenParameters | undefined): string {
    if (parameters == null) return '';
    // The reader says what else than an object it may not be.
    if (!isObject(parameters)) this.#read(parameters);
    try {
      return signatureOf(parameters);
    } catch (error) {
      // What JSON can't hold has no signature; the reader says what is wrong with it.
      this.#read(parameters);
      throw error;
    }
  }

  #own(signature: string, parameters: TokenParameters | undefined, subject: Subject): TokenRequest {
    if (signature === '') return this.own;
    let request = this.#derived.get(signature);
    if (request === undefined) {
      request = this.#derive(this.#read(parameters), subject, false);
      // What gives the client's own key is the client's own token, however it was spelt.
      if (request.key === this.own.key) request = this.own;
      this.#derived.set(signature, request);
    }
    return request;
  }

  #others(signature: string, parameters: TokenParameters | undefined, subject: Subject): TokenRequest {
    let request = subject.requests.get(signature);
    if (request === undefined) {
      request = this.#derive(this.#read(parameters), subject, false);
      subject.requests.set(signature, request);
    }
    return request;
  }

  #read(given: TokenParameters | undefined): RequestParameters {
    const { parameters, read } = this.#settings;
    return given === undefined ? parameters : read(given, parameters);
  }

  #derive(parameters: RequestParameters, subject: Subject | undefined, own: boolean): TokenRequest {
    const { scope, audience, resource, parameters: further, authorizationDetails: details } = parameters;
    const scopes = new Set(scope?.split(' '));
    const members = details === undefined ? further : [...further, ['authorization_details', details] as const];
    const key = tokenKey([
      ...this.#settings.identity,
      ...(subject?.key ?? []),
      ...Array.from(scopes, (value): KeyPart => ['scope', value]),
      ...audience.map((value): KeyPart => ['audience', value]),
      ...resource.map((value): KeyPart => ['resource', value]),
      ...members.map(([name, value]): KeyPart => ['parameter', lengthPrefixed(name, value)]),
    ]);
    const values = subject?.values ?? {};
    return { key, own, scope, audience, resource, parameters: members, subject: values, reason: 'absent' };
  }
}

// Cheap and exact: two sets of parameters that differ in anything have different signatures, unknown names included.
function signatureOf(parameters: object): string {
  let signature = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    signature += typeof value === 'string' ? `${name}=${lengthPrefixed(value)}` : `${name}:${JSON.stringify(value)}`;
  }
  return signature;
}
