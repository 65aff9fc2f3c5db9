import type { Clock } from '../clock.ts';
import { isOutboundAuthError } from '../errors.ts';
import type { EventListener } from '../events.ts';
import type { AccessToken } from './access-token.ts';
import type { TokenRequest, TokenSource } from './token-source.ts';

/** Tells of each token request by events. */
export class ObservedTokenSource implements TokenSource {
  readonly #source: TokenSource;
  readonly #client: string;
  readonly #clock: Clock;
  readonly #emit: EventListener;

  constructor(source: TokenSource, client: string, clock: Clock, emit: EventListener) {
    this.#source = source;
    this.#client = client;
    this.#clock = clock;
    this.#emit = emit;
  }

  async getToken(request: TokenRequest): Promise<AccessToken> {
    const about = { client: this.#client, reason: request.reason };
    const startedAt = this.#clock.now();
    this.#emit({ type: 'token.requested', ...about });
    try {
      const token = await this.#source.getToken(request);
      const { expiresAt, scope } = token;
      const durationMs = this.#clock.now() - startedAt;
      this.#emit({ type: 'token.received', ...about, durationMs, expiresAt, scope });
      this.#tellNarrowed(request.scope, scope);
      return token;
    } catch (error) {
      if (isOutboundAuthError(error)) this.#emit({ type: 'token.failed', ...about, error });
      throw error;
    }
  }

  #tellNarrowed(requested: string | undefined, granted: string | undefined): void {
    if (requested === undefined || granted === undefined) return;
    const got = new Set(granted.split(' '));
    if (requested.split(' ').every((scope) => got.has(scope))) return;
    this.#emit({ type: 'token.scope_narrowed', client: this.#client, requested, granted });
  }
}
