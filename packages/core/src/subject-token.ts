import { AsyncLocalStorage } from 'node:async_hooks';

/** The request that is being served, as far as calls made for it need to know it. */
export interface ServedRequest {
  /** The bearer token that it came with. */
  readonly subjectToken: string | undefined;
}

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
  readonly #subjectToken: string | undefined;

  constructor(subjectToken: string | undefined) {
    this.#subjectToken = subjectToken;
  }

  /** Of a request with this `Authorization` header. @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
  static from(authorization: string | undefined): BearerRequest {
    return new BearerRequest(/^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1]);
  }

  get subjectToken(): string | undefined {
    return this.#subjectToken;
  }
}
