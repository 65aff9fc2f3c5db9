import { isPromise } from 'node:util/types';
import type { Clock } from '../clock.ts';
import { isOutboundAuthError, OutboundAuthError } from '../errors.ts';
import { kind } from '../option-reader.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { asked, type ServedRequest, servedRequest, subjectTokenOf, type SubjectTokenSource } from '../subject-token.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { DerivedRequests } from './derived-requests.ts';
import { type KeyPart, lengthPrefixed } from './token-key.ts';

/** One text that tells whose token a grant asks for. */
export interface SubjectSource {
  /** What the grant calls it, as RFC 8693 does: `subject_token`, `actor_token`; or `username`, … */
  readonly name: string;
  /** Undefined: the bearer token of the request being served. */
  readonly source: SubjectTokenSource | undefined;
}

/** Whose token it is: the part of a key that tells it from others', and what was derived for it. */
export interface Subject {
  readonly key: readonly KeyPart[];
  readonly values: Readonly<Record<string, string>>;
  readonly requests: DerivedRequests;
}

/** What a client's subjects need to be read. */
export interface SubjectSettings {
  readonly name: string;
  /** Whose client it is: a request may have another user for another `OutboundAuth`. */
  readonly auth: object;
  readonly clock: Clock;
  /** In milliseconds. */
  readonly requestTimeout: number;
  /** How many sets of parameters are remembered for the subject of every call. */
  readonly capacity: number;
}

// The same for one subject of many.
const capacityOfOne = 1_000;

// Of what functions give, these are tokens for certain; what the served request holds always is one.
const tokens = new Set(['actor_token', 'assertion', 'subject_token']);

/** Tells for each call whose token it is to get. Functions are asked in the call's own async context. */
export class Subjects {
  /** The subject of every call, where each source is a text; no sources make the service itself the subject. */
  readonly fixed: Subject | undefined;
  readonly #settings: SubjectSettings;
  readonly #sources: readonly SubjectSource[];
  readonly #asks: boolean;
  readonly #served = new WeakMap<ServedRequest, Subject>();
  #last: Subject | undefined;

  constructor(settings: SubjectSettings, sources: readonly SubjectSource[]) {
    this.#settings = settings;
    this.#sources = sources;
    const texts = sources.flatMap(({ name, source }) => (typeof source === 'string' ? [[name, source] as const] : []));
    if (texts.length === sources.length) this.fixed = subjectOf(texts, settings.capacity);
    this.#asks = sources.some(({ source }) => typeof source === 'function');
  }

  /** @throws {OutboundAuthError} with the code `subject_token_missing` or `credential_unavailable`. */
  current(): Subject | Promise<Subject> {
    if (this.fixed !== undefined) return this.fixed;
    if (this.#asks) return this.#asked();
    const request = servedRequest();
    const known = request && this.#served.get(request);
    if (known !== undefined) return known;
    const given = this.#sources.map(({ source }) => source ?? subjectTokenOf(request, this.#settings.auth));
    if (given.some(isPromise)) return this.#awaited(given).then((subject) => this.#keep(request, subject));
    return this.#keep(request, this.#of(given));
  }

  #keep(request: ServedRequest | undefined, subject: Subject): Subject {
    if (request !== undefined) this.#served.set(request, subject);
    return subject;
  }

  // All at once, and now: later the call's context would be gone.
  #asked(): Subject | Promise<Subject> {
    const given = this.#sources.map(({ source }) =>
      typeof source === 'function' ? asked(source) : (source ?? subjectTokenOf(servedRequest(), this.#settings.auth)),
    );
    return given.some(isPromise) ? this.#awaited(given) : this.#remembered(given);
  }

  async #awaited(given: readonly unknown[]): Promise<Subject> {
    const { clock, requestTimeout } = this.#settings;
    const late = (): Error => this.#unavailable(` within ${requestTimeout / 1_000} s (requestTimeout)`);
    let values: unknown[];
    try {
      values = await withinTimeLimit(clock, requestTimeout, late, () => Promise.all(given));
    } catch (error) {
      throw this.#failed(error);
    }
    return this.#remembered(values);
  }

  /** What functions give is mostly what they gave before: a name, or the token of the job that is being done. */
  #remembered(values: readonly unknown[]): Subject {
    const last = this.#last;
    if (last !== undefined && this.#sources.every(({ name }, index) => last.values[name] === values[index]))
      return last;
    this.#last = this.#of(values);
    return this.#last;
  }

  #of(values: readonly unknown[]): Subject {
    const texts = this.#sources.map((source, index) => [source.name, this.#present(source, values[index])] as const);
    return subjectOf(texts, Math.min(capacityOfOne, this.#settings.capacity));
  }

  #present({ name, source }: SubjectSource, value: unknown): string {
    const what = name === 'actor_token' ? 'actor token' : 'subject token';
    if (typeof value === 'string' && value !== '') {
      if ((source !== undefined && !tokens.has(name)) || !/\s/.test(value)) return value;
      const rule = 'give the token alone, without "Bearer " or a line break';
      throw this.#unavailable(`: the ${what} holds white space; ${rule}`);
    }
    // That the function is wrong is no fault of the caller's, as that nobody has signed in is.
    if (value !== undefined && value !== null && value !== '') {
      throw this.#unavailable(`: the function for its ${what} gave ${kind(value)}, not a text`);
    }
    const { name: client } = this.#settings;
    const remedy = `this call has no ${what}. Serve the request by the adapter's middleware with its bearer token, or use auth.withSubjectToken(token, work)`;
    const why = typeof source === 'function' ? `the function for its ${what} gave none to this call` : remedy;
    const message = `client '${client}' gets tokens on behalf of a user, and ${why}`;
    throw new OutboundAuthError(message, { code: 'subject_token_missing', client });
  }

  #failed(error: unknown): OutboundAuthError {
    if (isOutboundAuthError(error)) return error;
    const cause = new Secrets().cleanError(error);
    return this.#unavailable(`: ${reasonOf(cause)}`, cause);
  }

  #unavailable(why: string, cause?: Error): OutboundAuthError {
    const { name: client } = this.#settings;
    const message = `client '${client}': whose token to get could not be read${why}`;
    return new OutboundAuthError(message, { code: 'credential_unavailable', client, cause });
  }
}

function subjectOf(texts: readonly (readonly [name: string, value: string])[], capacity: number): Subject {
  const key = texts.map(([name, value]): KeyPart => ['subject', lengthPrefixed(name, value)]);
  return { key, values: Object.fromEntries(texts), requests: new DerivedRequests(capacity) };
}
