import type { EventListener } from '../events.ts';
import type { TokenParameters } from '../options/options.ts';
import { showUrl } from '../redact.ts';
import { discard } from './discard.ts';
import type { Hop, OutgoingCall } from './outgoing-call.ts';
import { isRedirect, maximumRedirects, nextRequest, type RedirectState } from './redirects.ts';
import type { Sender } from './send.ts';

/** Sends a call over all its hops. Once a redirect has left the client's `attachTo`, nothing is attached again. */
export async function sendOverHops<Result>(
  call: OutgoingCall<Result>,
  sender: Sender | undefined,
  parameters: TokenParameters | undefined,
  emit: EventListener,
): Promise<Result> {
  let state: RedirectState = { url: call.url, method: call.method, body: call.body !== 'none', removed: new Set() };
  let attaching = sender;
  const tokens = sender?.tokensFor(call, parameters);
  for (let followed = 0; ; followed += 1) {
    const prefix = attaching?.prefixFor(state.url);
    if (attaching !== undefined && prefix === undefined) {
      emitLeft(attaching, state.url, emit);
      state = { ...state, removed: new Set([...state.removed, ...attaching.headerNames]) };
      attaching = undefined;
    }
    const hop = hopOf(state, attaching, emit);
    const response =
      attaching === undefined || prefix === undefined || tokens === undefined
        ? await call.transmit(hop)
        : await attaching.send(call, { hop, prefix, tokens });
    if (hop.hasLeft()) attaching = undefined;
    const location = call.header(response, 'location');
    const status = call.status(response);
    if (call.redirect === 'manual' || !isRedirect(status, location)) return response;
    await discard(call, response);
    if (followed === maximumRedirects) throw new TypeError(`more than ${maximumRedirects} redirects`);
    state = nextRequest(state, status, location, call.body !== 'once');
  }
}

function hopOf(state: RedirectState, sender: Sender | undefined, emit: EventListener): Hop {
  let left = false;
  const mayAttach = (url: URL): boolean => {
    if (left || sender === undefined) return false;
    left = sender.prefixFor(url) === undefined;
    if (left) emitLeft(sender, url, emit);
    return !left;
  };
  return { ...state, attached: {}, confidential: sender?.headerNames ?? [], mayAttach, hasLeft: () => left };
}

function emitLeft(sender: Sender, url: URL, emit: EventListener): void {
  emit({ type: 'redirect.left', client: sender.name, url: showUrl(url) });
}
