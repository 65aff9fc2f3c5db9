import type { TokenParameters } from '../options/options.ts';
import type { RequestParameters } from '../options/token-parameters.ts';
import { MemoryCache } from './memory-cache.ts';
import { type KeyPart, lengthPrefixed, tokenKey } from './token-key.ts';
import type { TokenRequest } from './token-source.ts';

/** Reads what a call gives, over a client's own parameters. */
export type ReadParameters = (given: TokenParameters, own: RequestParameters) => RequestParameters;

/** Derives a client's token requests, each once for a distinct set of parameters. */
export class TokenRequests {
  /** The client's own: no parameters of a call. */
  readonly own: TokenRequest;
  readonly #identity: readonly KeyPart[];
  readonly #parameters: RequestParameters;
  readonly #read: ReadParameters;
  readonly #derived: MemoryCache<TokenRequest>;

  constructor(identity: readonly KeyPart[], parameters: RequestParameters, capacity: number, read: ReadParameters) {
    this.#identity = identity;
    this.#parameters = parameters;
    this.#read = read;
    this.#derived = new MemoryCache(capacity);
    this.own = this.#derive(parameters, true);
  }

  /** @throws {OptionsError} for parameters that aren't what TokenParameters says. */
  for(parameters: TokenParameters | undefined): TokenRequest {
    if (parameters === undefined) return this.own;
    const signature = signatureOf(parameters);
    if (signature === '') return this.own;
    let request = this.#derived.get(signature);
    if (request === undefined) {
      request = this.#derive(this.#read(parameters, this.#parameters), false);
      // What gives the client's own key is the client's own token, however it was spelt.
      if (request.key === this.own.key) request = this.own;
      this.#derived.set(signature, request);
    }
    return request;
  }

  #derive(parameters: RequestParameters, own: boolean): TokenRequest {
    const { scope, audience, resource, parameters: further } = parameters;
    const scopes = new Set(scope?.split(' '));
    const key = tokenKey([
      ...this.#identity,
      ...Array.from(scopes, (value): KeyPart => ['scope', value]),
      ...audience.map((value): KeyPart => ['audience', value]),
      ...resource.map((value): KeyPart => ['resource', value]),
      ...further.map(([name, value]): KeyPart => ['parameter', lengthPrefixed(name, value)]),
    ]);
    return { key, own, scope, audience, resource, parameters: further, reason: 'absent' };
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
