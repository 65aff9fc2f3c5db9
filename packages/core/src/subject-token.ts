import { AsyncLocalStorage } from 'node:async_hooks';
import type { ReadChoice } from './served-choice.ts';

/** The request that is being served, as far as calls made for it need to know it. */
export interface ServedRequest {
  /** The bearer token that it came with, or what a function gives in its place. */
  readonly subjectToken: unknown;
  /** Which client each `OutboundAuth` takes for it, where an adapter was told how to choose. */
  readonly choices?: Choices | undefined;
}

/** By the `OutboundAuth` whose clients they name. */
export type Choices = ReadonlyMap<object, () => Promise<ReadChoice>>;

/** Whose token a call is made with: a text, a function asked at each call, or the bearer token of the served request. */
export type SubjectTokenSource = string | (() => string | undefined | Promise<string | undefined>);

// An ESM and a CommonJS copy of this package share one storage, so that a call finds what either has put there.
const place = Symbol.for('@outbound-auth/core/served-request/v1');

let found: AsyncLocalStorage<ServedRequest> | undefined;

function storage(): AsyncLocalStorage<ServedRequest> {
  return (found ??= findStorage());
}

function findStorage(): AsyncLocalStorage<ServedRequest> {
  const present: unknown = Reflect.get(globalThis, place);
  if (isStorage(present)) return present;
  const made = new AsyncLocalStorage<ServedRequest>();
  Object.defineProperty(globalThis, place, { value: made });
  return made;
}

function isStorage(value: unknown): value is AsyncLocalStorage<ServedRequest> {
  return value instanceof AsyncLocalStorage;
}

/** The request that the present call is made for. */
export function servedRequest(): ServedRequest | undefined {
  return storage().getStore();
}

/** Makes a request known to all that `work` does, later and asynchronously too. */
export function serve<Result>(request: ServedRequest, work: () => Result): Result {
  return storage().run(request, work);
}

/** A served request that shows its token to no inspector. */
export class BearerRequest implements ServedRequest {
  readonly #choices: Choices | undefined;
  readonly #ask: (() => unknown) | undefined;
  #subjectToken: unknown;

  /**
   * @param subjectToken The token, or a function that is asked for it once, by the first call that needs it.
   * @param choices Default: those of the request around it.
   */
  constructor(
    subjectToken: string | (() => unknown) | undefined,
    choices: Choices | undefined = servedRequest()?.choices,
  ) {
    this.#choices = choices;
    if (typeof subjectToken === 'function') this.#ask = subjectToken;
    else this.#subjectToken = subjectToken;
  }

  get choices(): Choices | undefined {
    return this.#choices;
  }

  get subjectToken(): unknown {
    if (this.#ask !== undefined) this.#subjectToken ??= asked(this.#ask);
    return this.#subjectToken;
  }
}

/** The token of an `Authorization` header. @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];
}

/** What a function gives; what it throws comes as its promise would have it. */
export function asked(source: () => unknown): unknown {
  try {
    return source();
  } catch (error) {
    const failed = Promise.resolve().then(() => {
      throw error;
    });
    // Whoever waits for it is told.
    failed.catch(() => undefined);
    return failed;
  }
}
