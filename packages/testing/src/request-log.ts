import type { RecordedRequest } from './recorded-request.ts';

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** The requests of one server in the order of their arrival, and those who wait for them. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  #waiters: Waiter[] = [];

  add(request: RecordedRequest): void {
    this.requests.push(request);
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.count > this.requests.length) return true;
      waiter.resolve();
      return false;
    });
  }

  waitFor(count: number): Promise<void> {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`waitForRequests: ${count} is not a number of requests; give a whole number from 0 on`);
    }
    if (this.requests.length >= count) return Promise.resolve();
    const arrived = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ count, resolve, reject });
    });
    // Someone who no longer listens must not become an unhandled rejection when the server closes.
    arrived.catch(() => undefined);
    return arrived;
  }

  close(): void {
    for (const { count, reject } of this.#waiters) {
      reject(new Error(`The server was closed after ${this.requests.length} of the ${count} requests waited for`));
    }
    this.#waiters = [];
  }
}
