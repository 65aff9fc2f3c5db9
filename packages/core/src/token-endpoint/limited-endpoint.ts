import type { Clock } from '../clock.ts';
import { TokenRequestError } from '../errors.ts';
import type { TokenRequest } from '../tokens/token-source.ts';
import type { GrantedToken, GrantRequest, TokenEndpoint } from './token-endpoint.ts';

export interface LimitSettings {
  readonly clock: Clock;
  /** How many token requests may be under way at a time. */
  readonly maxTokenRequests: number;
}

/** A token endpoint that a client sends only so many requests to at a time. */
export class LimitedEndpoint implements TokenEndpoint {
  readonly #endpoint: TokenEndpoint;
  readonly #settings: LimitSettings;
  // In the order of their coming.
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  constructor(endpoint: TokenEndpoint, settings: LimitSettings) {
    this.#endpoint = endpoint;
    this.#settings = settings;
  }

  get client(): string {
    return this.#endpoint.client;
  }

  /** How many token requests are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  within<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return this.#endpoint.within(work);
  }

  /** @throws {OutboundAuthError} with the code `too_many_requests` also. */
  async request(grantType: string, request: TokenRequest, grant?: GrantRequest): Promise<GrantedToken> {
    if (this.#underWay < this.#settings.maxTokenRequests) this.#underWay += 1;
    else if (request.waited === true) await this.#turn(request);
    else throw this.#tooMany();
    try {
      return await this.#endpoint.request(grantType, request, grant);
    } finally {
      this.#leave();
    }
  }

  /** Takes the place of one that ends. @throws if none ends in time. */
  #turn({ deadline }: TokenRequest): Promise<void> {
    const { clock } = this.#settings;
    return new Promise((resolve, reject) => {
      const go = (): void => {
        cancel();
        resolve();
      };
      const cancel = clock.after(Math.max(0, (deadline ?? 0) - clock.now()), () => {
        this.#waiting.delete(go);
        reject(this.#tooMany());
      });
      this.#waiting.add(go);
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#underWay -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  #tooMany(): TokenRequestError {
    const { client } = this;
    const message = `client '${client}': ${this.#settings.maxTokenRequests} token requests are under way already (maxTokenRequests), and no more are sent at a time`;
    return new TokenRequestError(message, { code: 'too_many_requests', client, retryAfter: 1 });
  }
}
