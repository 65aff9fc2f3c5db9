import { OptionsError, type OutgoingCall } from '@outbound-auth/core';
import { takeMark, unmarked } from './client-mark.ts';
import { addressOf } from './fake-client.ts';
import { serverOrigin } from './fake-client-options.ts';
import { CallLog, type CallOnItsWay, type RespondToCall } from './recorded-call.ts';

/** What becomes of calls. */
export interface FakeTransportOptions {
  /** Answers calls by `fetch`, in place of the network. Default: nothing does. */
  readonly respond?: RespondToCall | undefined;
  /**
   * What becomes of a call that `respond` doesn't answer: it is refused by an error that says so, or goes on to where it
   * was meant to go. `pass` is for tests in which something else answers: msw, nock, a mock of the HTTP client, a server.
   * Default: `refuse`.
   */
  readonly network?: 'refuse' | 'pass' | undefined;
}

/** The end of every call: it is recorded, and answered or refused. */
export class FakeTransport {
  readonly log: CallLog = new CallLog();
  readonly #options: FakeTransportOptions;

  /** @throws {OptionsError} if an option isn't what it must be. */
  constructor(options: FakeTransportOptions) {
    const { respond, network }: { readonly respond?: unknown; readonly network?: unknown } = options;
    if (respond !== undefined && typeof respond !== 'function') {
      throw new OptionsError([{ path: 'respond', message: 'must be a function: (call) => Response.json({ … })' }]);
    }
    if (network !== undefined && network !== 'refuse' && network !== 'pass') {
      throw new OptionsError([{ path: 'network', message: `must be 'refuse' or 'pass'` }]);
    }
    this.#options = options;
  }

  /** In place of the global `fetch`. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = addressOf(input);
    if (url.origin === serverOrigin) return new Response();
    const request = input instanceof Request ? input : undefined;
    const signal = init?.signal ?? request?.signal;
    signal?.throwIfAborted();
    const headers = new Headers(init?.headers ?? request?.headers);
    const client = takeMark(headers);
    const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
    const body = textOf(init?.body);
    const call = this.log.begin({
      ...(client !== undefined && { client }),
      method,
      url: url.href,
      headers: Object.fromEntries(headers),
      ...(body !== undefined && { body }),
    });
    const answer = await untilAborted(this.#answerTo(call), signal);
    const response = answer ?? (await this.#passed(call, () => globalThis.fetch(input, { ...init, headers })));
    call.status = response.status;
    return response;
  };

  /** A call of another transport, with what becomes of each of its requests. */
  recorded<Result>(call: OutgoingCall<Result>): OutgoingCall<Result> {
    return {
      url: call.url,
      method: call.method,
      headers: call.headers,
      body: call.body,
      redirect: call.redirect,
      // For some, a look at it makes one.
      get signal() {
        return call.signal;
      },
      transmit: async (marked) => {
        const { client, hop } = unmarked(marked);
        const { method, url, attached } = hop;
        const named = client === undefined ? {} : { client };
        const record = this.log.begin({ ...named, method, url: url.href, headers: { ...attached } });
        const response = await this.#passed(record, () => call.transmit(hop));
        record.status = call.status(response);
        return response;
      },
      status: (response) => call.status(response),
      header: (response, name) => call.header(response, name),
      discard: (response) => call.discard(response),
    };
  }

  async #answerTo(call: CallOnItsWay): Promise<Response | undefined> {
    const answer: unknown = await this.#options.respond?.(call);
    if (answer === undefined || isResponse(answer)) return answer;
    throw new TypeError('respond must give a Response, such as Response.json({ … }), or undefined');
  }

  #passed<Answer>({ client, method, url }: CallOnItsWay, send: () => Promise<Answer>): Promise<Answer> {
    if (this.#options.network === 'pass') return send();
    const whose = client === undefined ? 'without a token' : `of the client '${client}'`;
    const remedy = `give respond (for fetch), or network: 'pass' where a mock or a server of the test answers`;
    throw new Error(
      `fakeOutboundAuth: nothing answers the call ${whose}: ${method} ${url}. Its options decide: ${remedy}`,
    );
  }
}

function textOf(body: unknown): string | undefined {
  return typeof body === 'string' || body instanceof URLSearchParams ? String(body) : undefined;
}

// By its shape: it may come from a package's own `fetch`.
function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && 'headers' in value && 'status' in value;
}

/** As `fetch` would: whatever still goes on, who gives up doesn't wait. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  let giveUp = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as `fetch` does: whatever was given to abort()
    giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
