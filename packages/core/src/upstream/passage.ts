import type { ClientRequest, IncomingMessage } from 'node:http';
import { OutboundAuthError } from '../errors.ts';
import type { OutboundAuth } from '../outbound-auth.ts';
import type { Hop, OutgoingCall } from '../outgoing/outgoing-call.ts';
import { release } from './holding.ts';

// The caller's own, which were meant for this service; the last two would stand beside what is attached.
const inbound = ['authorization', 'cookie', 'proxy-authorization', 'dpop'];

/** A request on its way through a reverse proxy, from the caller to the upstream. */
export class Passage {
  readonly #request: IncomingMessage;
  readonly #forward: ReadonlySet<string>;
  readonly #answer: Promise<IncomingMessage>;
  #hop: Hop | undefined;
  #answered: (response: IncomingMessage) => void = () => undefined;

  constructor(request: IncomingMessage, forward: ReadonlySet<string>) {
    this.#request = request;
    this.#forward = forward;
    this.#answer = new Promise((resolve) => {
      this.#answered = resolve;
    });
    for (const name of inbound) {
      if (!forward.has(name)) takeOff(request, name);
    }
    // Node itself has answered it, and a proxy that sees it doesn't let headers be set any more.
    takeOff(request, 'expect');
  }

  /** Waits for what is to be attached. What the upstream answers later decides whether that is used again. */
  prepare(auth: OutboundAuth<string>, target: URL, client: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = this.#call(target, (hop) => {
        if (hop.attached['dpop'] !== undefined) throw proofImpossible(client);
        this.#hop = hop;
        resolve();
      });
      // After `resolve` nobody waits for it: what the upstream does is the proxy's to tell.
      auth.send(call, { client }).catch(reject);
    });
  }

  /** Puts it on the request to the upstream, whose address was looked at. */
  attach(outgoing: ClientRequest): void {
    if (this.#hop === undefined || outgoing.headersSent) {
      const message =
        "the headers of the proxy's request are already on their way, so that no token can be put on it: call on.proxyReq before whatever writes to it, and leave the proxy's option buffer out";
      outgoing.destroy(new OutboundAuthError(message, { code: 'invalid_call' }));
      return;
    }
    const { attached } = this.#hop;
    for (const [name, value] of Object.entries(attached)) outgoing.setHeader(name, value);
    keepFromBeingDropped(outgoing, Object.keys(attached));
    release(outgoing);
    // What becomes a WebSocket has no response, and neither has what fails: nothing is said against the token.
    outgoing.once('response', this.#answered);
  }

  #call(url: URL, ready: (hop: Hop) => void): OutgoingCall<IncomingMessage> {
    const has = (name: string): boolean => this.#forward.has(name) && this.#request.headers[name] !== undefined;
    return {
      url,
      method: this.#request.method ?? 'GET',
      headers: { has },
      // The proxy sends it, once: a refused token is dropped for the next request.
      body: 'once',
      redirect: 'manual',
      transmit: async (hop) => {
        ready(hop);
        return this.#answer;
      },
      status: ({ statusCode = 0 }) => statusCode,
      header: ({ headers }, name) => [headers[name]].flat().join(', ') || undefined,
      discard: () => undefined,
    };
  }
}

/** However a proxy reads it. Node makes the first two of the third, and only while that is whole. */
function takeOff(request: IncomingMessage, name: string): void {
  const { headers, rawHeaders } = request;
  Reflect.deleteProperty(headers, name);
  // Requests of HTTP/2, and those that are injected, don't have them.
  if ('headersDistinct' in request) Reflect.deleteProperty(request.headersDistinct, name);
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() === name) rawHeaders.splice(at, 2);
  }
}

/**
 * What `Connection` names, the next server drops: a caller may not have it drop what was attached.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
function keepFromBeingDropped(outgoing: ClientRequest, names: readonly string[]): void {
  const options = String(outgoing.getHeader('connection') ?? '').split(',');
  const kept = options.filter((option) => !names.includes(option.trim().toLowerCase()));
  if (kept.length < options.length) outgoing.setHeader('connection', kept.join() || 'close');
}

function proofImpossible(client: string): OutboundAuthError {
  const message = `client '${client}' binds its tokens by DPoP, and no proof can be made for what a proxy will send: take a client without dpop for this upstream, or call it by fetch`;
  return new OutboundAuthError(message, { code: 'invalid_call', client });
}
