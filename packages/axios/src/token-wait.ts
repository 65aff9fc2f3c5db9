import type { CallConfig } from './call-config.ts';
import { call, member } from './member.ts';
import { axiosError, type Sibling } from './sibling.ts';

/**
 * Heeds a call's `timeout`, `signal` and `cancelToken` while it waits for a token. Axios heeds them only while a request
 * is on its way, so what the wait took is taken off the request's own `timeout`.
 */
export class TokenWait {
  readonly #config: CallConfig;
  readonly #limit: number | undefined;
  readonly #started = performance.now();
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isGivenUp = false;

  constructor(config: CallConfig) {
    this.#config = config;
    this.#limit = timeLimit(config.timeout);
  }

  /** Ends the wait. Nothing is set up before it is asked for: most calls find their token there. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#begin(this.#config);
    }
    return this.#controller.signal;
  }

  /** Gives a request that is sent now what is left of the time; says how much, in milliseconds. */
  limit(request: Record<string, unknown>): number | undefined {
    if (this.#limit === undefined) return undefined;
    const waited = Math.floor(performance.now() - this.#started);
    if (waited === 0) return this.#limit;
    const left = Math.max(1, this.#limit - waited);
    request['timeout'] = left;
    request['timeoutErrorMessage'] = this.#message();
    return left;
  }

  /** Axios itself makes its CanceledError of whatever rejects after its caller's abort. */
  readonly giveUp = (): void => {
    this.#isGivenUp = true;
    this.#controller?.abort();
  };

  /** Whether this error ended the call because its time was over. */
  endedWith(error: unknown): boolean {
    return this.#isOver && error === this.#controller?.signal.reason;
  }

  /** What Axios itself would say. */
  timeoutError(sibling: Sibling): Promise<Error> {
    const clarified = member(this.#config.transitional, 'clarifyTimeoutError') === true;
    return axiosError(sibling, this.#message(), clarified ? 'ETIMEDOUT' : 'ECONNABORTED', this.#config);
  }

  end(): void {
    if (this.#controller === undefined) return;
    const { signal, cancelToken } = this.#config;
    clearTimeout(this.#timer);
    call(member(signal, 'removeEventListener'), signal, 'abort', this.giveUp);
    call(member(cancelToken, 'unsubscribe'), cancelToken, this.giveUp);
  }

  #begin({ signal, cancelToken }: CallConfig): void {
    if (this.#limit !== undefined) {
      const left = this.#started + this.#limit - performance.now();
      this.#timer = setTimeout(this.#timeOut, left);
    }
    if (this.#isGivenUp || member(signal, 'aborted') === true) this.giveUp();
    call(member(signal, 'addEventListener'), signal, 'abort', this.giveUp);
    call(member(cancelToken, 'subscribe'), cancelToken, this.giveUp);
  }

  readonly #timeOut = (): void => {
    this.#isOver = this.#controller?.signal.aborted === false;
    this.#controller?.abort();
  };
  #message(): string {
    const { timeoutErrorMessage } = this.#config;
    if (typeof timeoutErrorMessage === 'string') return timeoutErrorMessage;
    return `timeout of ${this.#limit ?? 0}ms exceeded`;
  }
}

function timeLimit(timeout: unknown): number | undefined {
  const limit = typeof timeout === 'number' || typeof timeout === 'string' ? Number.parseInt(String(timeout), 10) : 0;
  return limit > 0 ? limit : undefined;
}
