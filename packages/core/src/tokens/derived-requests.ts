import { isObject } from '../option-reader.ts';
import type { TokenRequest } from './token-source.ts';

/**
 * The token requests that were derived for one subject, by the parameters that calls gave: found by one look for each
 * parameter, for a text that is put together of all of them costs more to look up than it does to find a token.
 */
export class DerivedRequests {
  /** The request without any. */
  plain: TokenRequest | undefined;
  readonly #capacity: number;
  #count = 0;
  // Once so many are there, they grow old together; those that are used again come back among the present ones.
  #present: Step | undefined;
  #former: Step | undefined;

  /** @param capacity How many sets of parameters are remembered, at least; twice as many at most. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @throws {TypeError} for parameters that JSON can't hold. */
  get(parameters: object): TokenRequest | undefined {
    const request = this.#present && requestAt(this.#present, parameters);
    if (request !== undefined) return request;
    if (isEmpty(parameters)) return isObject(parameters) ? this.plain : undefined;
    const former = this.#former && requestAt(this.#former, parameters);
    if (former !== undefined) this.set(parameters, former);
    return former;
  }

  /** @param parameters Read before, and found to be what they must be. */
  set(parameters: object, request: TokenRequest): void {
    if (isEmpty(parameters)) {
      this.plain = request;
      return;
    }
    if (this.#count === this.#capacity) {
      this.#former = this.#present;
      this.#present = undefined;
      this.#count = 0;
    }
    let step = (this.#present ??= new Step());
    for (const name of Object.keys(parameters)) step = step.made(name, Reflect.get(parameters, name));
    step.request = request;
    this.#count += 1;
  }
}

type Branches = Map<string, Map<string, Step>>;

/** What the parameters so far lead to. */
class Step {
  request: TokenRequest | undefined;
  // By name, then by value; JSON apart from a text that reads the same.
  #texts: Branches | undefined;
  #others: Branches | undefined;

  next(name: string, value: unknown): Step | undefined {
    if (value === undefined) return this;
    const branches = typeof value === 'string' ? this.#texts : this.#others;
    return branches?.get(name)?.get(textOf(value));
  }

  made(name: string, value: unknown): Step {
    const known = this.next(name, value);
    if (known !== undefined) return known;
    const branches = (typeof value === 'string' ? this.#texts : this.#others) ?? new Map<string, Map<string, Step>>();
    if (typeof value === 'string') this.#texts = branches;
    else this.#others = branches;
    const branch = branches.get(name) ?? new Map<string, Step>();
    branches.set(name, branch);
    const step = new Step();
    branch.set(textOf(value), step);
    return step;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function requestAt(first: Step, parameters: object): TokenRequest | undefined {
  let step: Step | undefined = first;
  for (const name of Object.keys(parameters)) {
    step = step.next(name, Reflect.get(parameters, name));
    if (step === undefined) return undefined;
  }
  return step.request;
}

function isEmpty(parameters: object): boolean {
  return Object.values(parameters).every((value) => value === undefined);
}
