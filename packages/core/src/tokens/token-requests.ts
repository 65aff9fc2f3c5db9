import type { TokenParameters } from '../options/options.ts';
import type { RequestParameters } from '../options/token-parameters.ts';
import type { Subject, Subjects } from './subjects.ts';
import { type KeyPart, lengthPrefixed, tokenKey } from './token-key.ts';
import type { TokenRequest } from './token-source.ts';

/** Reads what a call gives, over a client's own parameters. */
export type ReadParameters = (given: TokenParameters, own: RequestParameters) => RequestParameters;

/** What a client's token requests are derived from. */
export interface TokenRequestSettings {
  /** The key of what tells this client's tokens from those of all others. */
  readonly clientKey: string;
  readonly parameters: RequestParameters;
  readonly subjects: Subjects;
  readonly read: ReadParameters;
}

/** Derives a client's token requests, each once for a subject and a distinct set of parameters. */
export class TokenRequests {
  /** The client's own: no parameters of a call, nobody else's token. */
  readonly own: TokenRequest;
  readonly #settings: TokenRequestSettings;

  constructor(settings: TokenRequestSettings) {
    this.#settings = settings;
    const { parameters, subjects } = settings;
    this.own = this.#derive(parameters, subjects.fixed, true);
    if (subjects.fixed !== undefined) subjects.fixed.requests.plain = this.own;
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
    const known = parameters == null ? subject.requests.plain : this.#known(subject, parameters);
    return known ?? this.#derived(subject, parameters ?? undefined);
  }

  #known(subject: Subject, parameters: TokenParameters): TokenRequest | undefined {
    // The reader says what else than an object it may not be.
    if (typeof parameters !== 'object') this.#read(parameters);
    try {
      return subject.requests.get(parameters);
    } catch (error) {
      // What JSON can't hold has no signature; the reader says what is wrong with it.
      this.#read(parameters);
      throw error;
    }
  }

  #derived(subject: Subject, parameters: TokenParameters | undefined): TokenRequest {
    const derived = this.#derive(this.#read(parameters), subject, false);
    // What gives the client's own key is the client's own token, however it was spelt.
    const request = derived.key === this.own.key ? this.own : derived;
    subject.requests.set(parameters ?? {}, request);
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
      ['client', this.#settings.clientKey],
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
