import { MemoryCache } from '../memory-cache.ts';
import { isObject } from '../option-reader.ts';
import type { TokenRequest } from './token-source.ts';

/** The token requests that were derived for one subject, by the parameters that calls gave. */
export class DerivedRequests {
  /** The request without any. */
  plain: TokenRequest | undefined;
  readonly #capacity: number;
  // Most calls give one text, such as a scope: then nothing has to be put together to find its request.
  #byText: Map<string, MemoryCache<TokenRequest>> | undefined;
  #bySignature: MemoryCache<TokenRequest> | undefined;

  /** @param capacity How many sets of parameters are remembered, of each kind. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @throws {TypeError} for parameters that JSON can't hold. */
  get(parameters: object): TokenRequest | undefined {
    const text = onlyText(parameters);
    if (text !== undefined) return this.#byText?.get(text.name)?.get(text.value);
    const signature = signatureOf(parameters);
    if (signature !== '') return this.#bySignature?.get(signature);
    // A list has no parameters either.
    return isObject(parameters) ? this.plain : undefined;
  }

  /** @param parameters Read before, and found to be what they must be. */
  set(parameters: object, request: TokenRequest): void {
    const text = onlyText(parameters);
    const signature = text === undefined ? signatureOf(parameters) : '';
    if (text !== undefined) this.#withName(text.name).set(text.value, request);
    else if (signature === '') this.plain = request;
    else (this.#bySignature ??= new MemoryCache(this.#capacity)).set(signature, request);
  }

  #withName(name: string): MemoryCache<TokenRequest> {
    this.#byText ??= new Map();
    const known = this.#byText.get(name) ?? new MemoryCache<TokenRequest>(this.#capacity);
    this.#byText.set(name, known);
    return known;
  }
}

/** The only parameter that is given, if it is a text. */
function onlyText(parameters: object): { readonly name: string; readonly value: string } | undefined {
  let only: { readonly name: string; readonly value: string } | undefined;
  for (const name of Object.keys(parameters)) {
    const value: unknown = Reflect.get(parameters, name);
    if (value === undefined) continue;
    if (only !== undefined || typeof value !== 'string') return undefined;
    only = { name, value };
  }
  return only;
}

// Cheap and exact: two sets of parameters that differ in anything have different signatures, unknown names included.
function signatureOf(parameters: object): string {
  const parts: (string | number)[] = [];
  for (const name of Object.keys(parameters)) {
    const value: unknown = Reflect.get(parameters, name);
    if (value === undefined) continue;
    // By the sign of its length, JSON is told from a text that reads the same.
    if (typeof value === 'string') parts.push(name.length, name, value.length, value);
    else {
      const json = JSON.stringify(value);
      parts.push(name.length, name, -json.length, json);
    }
  }
  return parts.join(':');
}
