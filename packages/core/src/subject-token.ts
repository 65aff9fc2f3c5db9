import { AsyncLocalStorage } from 'node:async_hooks';
import type { ReadChoice } from './served-choice.ts';

/** The request that is being served, as far as calls made for it need to know it. */
export interface ServedRequest {
  /** The bearer token that it came with, or that of `withSubjectToken`. */
  readonly subjectToken: string | undefined;
  /** Whether `withSubjectToken` named it, for then the request's own header says no more. */
  readonly named?: boolean | undefined;
  /** What an adapter knows the request by: that of another one may go on around it. */
  readonly inbound?: object | undefined;
  /** What each `OutboundAuth` was told of it, and no other may know. */
  readonly told?: ReadonlyMap<object, Told> | undefined;
}

/** What an adapter was told of a request, by functions that are asked when a call needs it. */
export interface Told {
  /** Whose token the request acts for, in place of `subjectToken`. */
  readonly subject?: (() => unknown) | undefined;
  /** Which client its calls take. */
  readonly choice?: (() => ReadChoice | Promise<ReadChoice>) | undefined;
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

/** Has whom one `OutboundAuth` was told to act for be the user for another one too, of which it is made. */
export function servedAs<Result>(outer: object, inner: object, work: () => Result): Result {
  const request = servedRequest();
  const subject = request?.told?.get(outer)?.subject;
  if (request === undefined || subject === undefined) return work();
  const { subjectToken, named, inbound, told = [] } = request;
  return serve(
    new BearerRequest(subjectToken, { named, inbound, told: new Map([...told, [inner, { subject }]]) }),
    work,
  );
}

/** Whose token an `OutboundAuth` gets for a request. */
export function subjectTokenOf(request: ServedRequest | undefined, auth: object): unknown {
  const subject = request?.told?.get(auth)?.subject;
  return subject === undefined ? request?.subjectToken : subject();
}

/** A served request that shows its token to no inspector. */
export class BearerRequest implements ServedRequest {
  readonly #subjectToken: string | undefined;
  readonly #more: Omit<ServedRequest, 'subjectToken'>;

  constructor(subjectToken: string | undefined, more: Omit<ServedRequest, 'subjectToken'> = {}) {
    this.#subjectToken = subjectToken;
    this.#more = more;
  }

  get subjectToken(): string | undefined {
    return this.#subjectToken;
  }

  get named(): boolean {
    return this.#more.named ?? false;
  }

  get inbound(): object | undefined {
    return this.#more.inbound;
  }

  get told(): ReadonlyMap<object, Told> | undefined {
    return this.#more.told;
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
