import type { Clock } from '../clock.ts';
import { isOutboundAuthError, type OutboundAuthError } from '../errors.ts';
import type { EventListener } from '../events.ts';
import type { AccessToken } from './access-token.ts';
import type { TokenRequest, TokenSource } from './token-source.ts';

/** Tells of each token request by events. */
export class ObservedTokenSource implements TokenSource {
  readonly #source: TokenSource;
  readonly #client: string;
  readonly #clock: Clock;
  readonly #emit: EventListener;
  #succeeded = 0;
  #failed = 0;
  #last: { readonly at: number; readonly error: OutboundAuthError } | undefined;

  constructor(source: TokenSource, client: string, clock: Clock, emit: EventListener) {
    this.#source = source;
    this.#client = client;
    this.#clock = clock;
    this.#emit = emit;
  }

  get succeeded(): number {
    return this.#succeeded;
  }

  get failed(): number {
    return this.#failed;
  }

  /** The last failure, and when it was. */
  get last(): { readonly at: number; readonly error: OutboundAuthError } | undefined {
    return this.#last;
  }

  async getToken(request: TokenRequest): Promise<AccessToken> {
    const about = { client: this.#client, reason: request.reason };
    let sentAt: number | undefined;
    const sending = (): void => {
      request.sending?.();
      if (sentAt !== undefined) return;
      sentAt = this.#clock.now();
      this.#emit({ type: 'token.requested', ...about });
    };
    try {
      const token = await this.#source.getToken({ ...request, sending });
      this.#succeeded += 1;
      const { expiresAt, scope } = token;
      const durationMs = sentAt === undefined ? 0 : this.#clock.now() - sentAt;
      this.#emit({ type: 'token.received', ...about, durationMs, expiresAt, scope });
      this.#tellNarrowed(request.scope, scope);
      return token;
    } catch (error) {
      if (sentAt !== undefined) this.#failed += 1;
      if (isOutboundAuthError(error)) {
        this.#last = { at: this.#clock.now(), error };
        this.#emit({ type: 'token.failed', ...about, error });
      }
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
