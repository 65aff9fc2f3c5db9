import type { Clock } from '../clock.ts';
import { type ErrorCode, OutboundAuthError } from '../errors.ts';
import { reasonOf, Secrets } from '../redact.ts';
import { type ServedRequest, servedRequest, type SubjectTokenSource } from '../subject-token.ts';
import { withinTimeLimit } from '../time-limit.ts';
import { MemoryCache } from '../memory-cache.ts';
import { type KeyPart, lengthPrefixed } from './token-key.ts';
import type { TokenRequest } from './token-source.ts';

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
  readonly requests: MemoryCache<TokenRequest>;
}

/** What a client's subjects need to be read. */
export interface SubjectSettings {
  readonly name: string;
  readonly clock: Clock;
  /** In milliseconds. */
  readonly requestTimeout: number;
}

/** Tells for each call whose token it is to get. Functions are asked in the call's own async context. */
export class Subjects {
  /** The subject of every call, where each source is a text; no sources make the service itself the subject. */
  readonly fixed: Subject | undefined;
  readonly #settings: SubjectSettings;
  readonly #sources: readonly SubjectSource[];
  readonly #served = new WeakMap<ServedRequest, Subject>();

  constructor(settings: SubjectSettings, sources: readonly SubjectSource[]) {
    this.#settings = settings;
    this.#sources = sources;
    const texts = sources.flatMap(({ name, source }) => (typeof source === 'string' ? [[name, source] as const] : []));
    if (texts.length === sources.length) this.fixed = subjectOf(texts);
  }

  /** @throws {OutboundAuthError} with the code `subject_token_missing` or `credential_unavailable`. */
  current(): Subject | Promise<Subject> {
    if (this.fixed !== undefined) return this.fixed;
    if (this.#sources.some(({ source }) => typeof source === 'function')) return this.#asked();
    const request = servedRequest();
    const known = request && this.#served.get(request);
    if (known !== undefined) return known;
    const subject = subjectOf(
      this.#sources.map(({ name, source }) => [name, this.#present(name, source ?? request?.subjectToken)] as const),
    );
    if (request !== undefined) this.#served.set(request, subject);
    return subject;
  }

  async #asked(): Promise<Subject> {
    const { clock, requestTimeout } = this.#settings;
    // All at once, and now: later the call's context would be gone.
    const given = this.#sources.map(async ({ name, source = servedRequest()?.subjectToken }) => {
      const value: unknown = await (typeof source === 'function' ? source() : source);
      return [name, value] as const;
    });
    const late = (): Error => this.#unavailable(`within ${requestTimeout / 1_000} s (requestTimeout)`);
    const texts = await withinTimeLimit(clock, requestTimeout, late, async () => Promise.all(given)).catch(
      (error: unknown) => {
        if (error instanceof OutboundAuthError) throw error;
        const cause = new Secrets().cleanError(error);
        throw this.#unavailable(`: ${reasonOf(cause)}`, cause);
      },
    );
    return subjectOf(texts.map(([name, value]) => [name, this.#present(name, value)] as const));
  }

  #present(name: string, value: unknown): string {
    if (typeof value === 'string' && value !== '') return value;
    const { name: client } = this.#settings;
    const message = `client '${client}' gets tokens on behalf of a user, and this call has no ${name}. Serve the request by the adapter's middleware with its bearer token, or use auth.withSubjectToken(token, work)`;
    throw new OutboundAuthError(message, { code: 'subject_token_missing', client });
  }

  #unavailable(what: string, cause?: Error): OutboundAuthError {
    const { name: client } = this.#settings;
    const message = `client '${client}': whose token to get could not be read${what.startsWith(':') ? '' : ' '}${what}`;
    const code: ErrorCode = 'credential_unavailable';
    return new OutboundAuthError(message, { code, client, cause });
  }
}

function subjectOf(texts: readonly (readonly [name: string, value: string])[]): Subject {
  const key = texts.map(([name, value]): KeyPart => ['subject', lengthPrefixed(name, value)]);
  return { key, values: Object.fromEntries(texts), requests: new MemoryCache(1_000) };
}
